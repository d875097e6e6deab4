/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "tracer/looks/memory_copy.h"

/* A process of sixteen pages from `base` on, each of which holds its number in all bytes. */
enum { PAGE = 4096, PAGES = 16 };
static const uint64_t base = 0x7f0000000000;

static unsigned char bytes[PAGES * PAGE];
static bool has_data[PAGES], unreadable[PAGES], gone;
static size_t reads; /* of the live process */
static struct memory_maps maps;
static struct memory_copy copy;
static struct memory_view view;

static size_t read_live(void *context, uint64_t address, void *buffer, size_t size)
{
    size_t done = 0;

    reads++;
    for (; !gone && done < size && address >= base && address < base + sizeof bytes; done++, address++) {
        if (unreadable[(address - base) / PAGE])
            break;
        ((unsigned char *)buffer)[done] = bytes[address - base];
    }
    return done;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    while (from < to && !has_data[(from - base) / PAGE])
        from += PAGE;
    *start = *end = from;
    while (*end < to && has_data[(*end - base) / PAGE])
        *end += PAGE;
    return from < to;
}

static const struct memory_view live = {.read = read_live, .next_present = next_present};

static void take(const char *text)
{
    cr_assert_eq(memory_maps_parse(text, strlen(text), &maps), 0);
    for (int page = 0; page < PAGES; page++)
        memset(bytes + page * PAGE, page + 1, PAGE);
    memory_copy_init(&copy);
    memory_copy_take(&copy, &live, &maps);
    view = memory_copy_view(&copy);
    reads = 0;
}

static int byte_at(uint64_t address)
{
    unsigned char byte;

    return memory_read(&view, address, &byte, 1) == 1 ? byte : -1;
}

static void finish(void)
{
    memory_copy_finish(&copy);
    memory_maps_finish(&maps);
}

static const char two_mappings[] = "7f0000000000-7f0000008000 rw-p 00000000 00:00 0\n"
                                   "7f0000008000-7f000000c000 r--p 00000000 00:00 0\n"
                                   "7f000000c000-7f0000010000 rw-p 00000000 08:01 7 /data\n";

TestSuite(memory_copy, .fini = finish);

Test(memory_copy, keeps_what_was_there)
{
    has_data[2] = has_data[3] = true;
    take(two_mappings);
    memset(bytes, 0xff, sizeof bytes);
    cr_assert_eq(byte_at(base + 2 * PAGE), 3);
    cr_assert_eq(byte_at(base + 4 * PAGE - 1), 4);
    cr_assert_eq(reads, 0);
    cr_assert_eq(memory_copy_size(&copy), 2 * PAGE);
}

Test(memory_copy, a_page_never_touched_is_zero)
{
    has_data[2] = true;
    take(two_mappings);
    cr_assert_eq(byte_at(base + PAGE), 0);
    cr_assert_eq(byte_at(base + 3 * PAGE), 0);
    cr_assert_eq(reads, 0);
}

Test(memory_copy, a_page_of_a_file_never_touched_is_the_files)
{
    has_data[13] = true;
    take(two_mappings);
    cr_assert_eq(byte_at(base + 12 * PAGE), 13);
    cr_assert_eq(reads, 1);
}

Test(memory_copy, what_cannot_be_written_to_is_read_live)
{
    has_data[8] = true;
    take(two_mappings);
    cr_assert_eq(memory_copy_size(&copy), 0);
    cr_assert_eq(byte_at(base + 8 * PAGE), 9);
    gone = true;
    cr_assert_eq(byte_at(base + 8 * PAGE), -1);
}

Test(memory_copy, outlives_the_process)
{
    has_data[0] = true;
    take(two_mappings);
    gone = true;
    cr_assert_eq(byte_at(base), 1);
}

Test(memory_copy, a_read_crosses_runs_gaps_and_mappings)
{
    unsigned char buffer[sizeof bytes];

    has_data[1] = has_data[3] = has_data[14] = true;
    take(two_mappings);
    cr_assert_eq(memory_read(&view, base, buffer, sizeof buffer), sizeof buffer);
    for (size_t page = 0; page < PAGES; page++) {
        const bool known = page == 1 || page == 3 || page >= 8;
        cr_assert_eq(buffer[page * PAGE], known ? page + 1 : 0, "page %zu", page);
        cr_assert_eq(buffer[page * PAGE + PAGE - 1], known ? page + 1 : 0, "page %zu", page);
    }
}

Test(memory_copy, a_page_that_cannot_be_read_ends_a_read)
{
    unsigned char buffer[4 * PAGE];

    has_data[1] = has_data[2] = has_data[3] = unreadable[2] = true;
    take(two_mappings);
    unreadable[2] = false;
    cr_assert_eq(memory_read(&view, base + PAGE, buffer, sizeof buffer), PAGE);
    cr_assert_eq(byte_at(base + 2 * PAGE), -1);
    cr_assert_eq(byte_at(base + 3 * PAGE), 4);
}

Test(memory_copy, tells_which_pages_hold_data)
{
    uint64_t start, end;

    has_data[1] = has_data[3] = has_data[4] = has_data[8] = true;
    take(two_mappings);
    cr_assert_eq(view.next_present(view.context, base, base + PAGES * PAGE, &start, &end), 1);
    cr_assert(start == base + PAGE && end == base + 2 * PAGE);
    cr_assert_eq(view.next_present(view.context, end, base + 4 * PAGE, &start, &end), 1);
    cr_assert(start == base + 3 * PAGE && end == base + 4 * PAGE, "clipped");
    cr_assert_eq(view.next_present(view.context, base + 5 * PAGE, base + PAGES * PAGE, &start, &end), 0, "what was not copied");
}

Test(memory_copy, devices_are_left_alone)
{
    has_data[0] = true;
    take("7f0000000000-7f0000008000 rw-p 00000000 00:06 7 /dev/mem0\n");
    cr_assert_eq(memory_copy_size(&copy), 0);
}

Test(memory_copy, is_taken_again_in_the_same_memory)
{
    has_data[0] = true;
    take(two_mappings);
    memset(bytes, 0x55, sizeof bytes);
    memory_copy_take(&copy, &live, &maps);
    cr_assert_eq(byte_at(base), 0x55);
    cr_assert_eq(copy.store_count, 1);
}

Test(memory_copy, uses_what_was_reserved_and_takes_more_where_needed)
{
    for (int page = 0; page < PAGES; page++)
        has_data[page] = true;
    cr_assert_eq(memory_maps_parse(two_mappings, strlen(two_mappings), &maps), 0);
    memory_copy_init(&copy);
    memory_copy_reserve(&copy, PAGE);
    memory_copy_take(&copy, &live, &maps);
    cr_assert_eq(memory_copy_size(&copy), 12 * PAGE);
}

Test(memory_copy, an_absurd_range_is_not_read)
{
    unsigned char buffer[16];

    take(two_mappings);
    cr_assert_eq(memory_read(&view, UINT64_MAX - 4, buffer, sizeof buffer), 0);
}
