/* SPDX-License-Identifier: MIT
 * Entries of .eh_frame that compilers write rarely, or never. Others are compared with libunwind (test_walker.c) and libdw
 * (../tracer/test_unwind_peer.c). */
#include <criterion/criterion.h>
#include <string.h>

#include "preload/cfi.h"

/* What the tests put together: one description of functions, and what it says of one function. */
struct frames {
    uint8_t bytes[1 << 17];
    size_t size;
};

static void put(struct frames *frames, const void *bytes, size_t size)
{
    cr_assert_leq(frames->size + size, sizeof frames->bytes);
    memcpy(frames->bytes + frames->size, bytes, size);
    frames->size += size;
}

static void put_word(struct frames *frames, uint32_t word)
{
    put(frames, &word, sizeof word);
}

/* A CIE (version 1, addresses absolute) that begins at 0; `letters` with their data, then instructions: CFA = rsp + 8, the return
 * address at CFA - 8. */
static void put_common(struct frames *frames, const char *letters, const void *data, size_t data_size)
{
    static const uint8_t version = 1, factors[] = {0x01, 0x78, 16}, instructions[] = {0x0c, 7, 8, 0x90, 1};

    put_word(frames, (uint32_t)(4 + 1 + strlen(letters) + 1 + sizeof factors + data_size + sizeof instructions));
    put_word(frames, 0);
    put(frames, &version, 1);
    put(frames, letters, strlen(letters) + 1);
    put(frames, factors, sizeof factors);
    put(frames, data, data_size);
    put(frames, instructions, sizeof instructions);
}

static void put_function(struct frames *frames, uint64_t start, uint64_t size, const void *instructions, size_t length)
{
    put_word(frames, (uint32_t)(4 + 8 + 8 + 1 + length));
    put_word(frames, (uint32_t)frames->size);
    put(frames, &start, sizeof start);
    put(frames, &size, sizeof size);
    put(frames, "", 1); /* no augmentation data */
    put(frames, instructions, length);
}

static struct cfi_image image_of(const struct frames *frames)
{
    return (struct cfi_image){.start = frames->bytes, .end = frames->bytes + frames->size, .bias = 0x1234};
}

static int find_only(const struct frames *frames, uint64_t pc, struct cfi_row *row)
{
    static struct cfi_scratch scratch;
    const struct cfi_image image = image_of(frames);
    struct cfi_entry entry;

    return cfi_next_entry(&image, frames->bytes, &entry) ? cfi_entry_row(&image, entry.at, pc, row, &scratch) : -1;
}

static const uint8_t absolute[] = {1, 0}; /* one byte of data: how addresses are written */
static const uint8_t push[] = {0x41, 0x0e, 16};

Test(cfi, absolute_addresses_are_those_of_the_file_wherever_it_was_read)
{
    static struct frames frames;
    struct cfi_row row;

    put_common(&frames, "zR", absolute, sizeof absolute);
    put_function(&frames, 0x401000, 16, push, sizeof push);
    cr_assert_eq(find_only(&frames, 0x401000, &row), 0);
    cr_assert_eq(row.cfa.value, 8);
    cr_assert_eq(row.registers[CFI_RA].value, -8);
    cr_assert_eq(find_only(&frames, 0x401001, &row), 0);
    cr_assert_eq(row.cfa.value, 16);
    cr_assert_eq(find_only(&frames, 0x401010, &row), -1);
}

Test(cfi, what_ends_an_object_file_and_what_is_not_understood_is_passed_over)
{
    static struct frames frames;
    struct cfi_entry entry;

    put_common(&frames, "zR", absolute, sizeof absolute);
    put_function(&frames, 0x1000, 16, push, sizeof push);
    put_word(&frames, 0);
    put_word(&frames, 6); /* an entry that refers to nothing */
    put(&frames, "\xff\xff\xff\xff..", 6);
    put_function(&frames, 0x2000, 32, push, sizeof push);
    put_word(&frames, 400); /* more than there is */
    const struct cfi_image image = image_of(&frames);
    const uint8_t *next = cfi_next_entry(&image, frames.bytes, &entry);
    cr_assert_not_null(next);
    cr_assert_eq(entry.start, 0x1000);
    next = cfi_next_entry(&image, next, &entry);
    cr_assert_not_null(next);
    cr_assert_eq(entry.start, 0x2000);
    cr_assert_eq(entry.size, 32);
    cr_assert_null(cfi_next_entry(&image, next, &entry));
}

Test(cfi, more_instructions_than_any_function_has_are_not_executed)
{
    static const uint8_t nothing[(1 << 16) + 1];
    static struct frames most, more;
    struct cfi_row row;

    put_common(&most, "zR", absolute, sizeof absolute);
    put_function(&most, 0x1000, 16, nothing, sizeof nothing - 1);
    cr_assert_eq(find_only(&most, 0x1000, &row), 0);
    put_common(&more, "zR", absolute, sizeof absolute);
    put_function(&more, 0x1000, 16, nothing, sizeof nothing);
    cr_assert_eq(find_only(&more, 0x1000, &row), -1);
}

Test(cfi, numbers_and_letters_without_end_are_refused)
{
    static const uint8_t long_number[] = {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0};
    static struct frames numbers, letters;
    struct cfi_row row;

    put_common(&numbers, "zR", long_number, sizeof long_number); /* one byte of data, the number of which takes eleven */
    put_function(&numbers, 0x1000, 16, push, sizeof push);
    cr_assert_eq(find_only(&numbers, 0x1000, &row), -1);
    put_common(&letters, "zRzzzzzzzzzzzzzzzzzzz", absolute, sizeof absolute);
    put_function(&letters, 0x1000, 16, push, sizeof push);
    cr_assert_eq(find_only(&letters, 0x1000, &row), -1);
}
