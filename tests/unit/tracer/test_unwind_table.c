/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/maps.h"
#include "tracer/unwind/unwind_table.h"

static struct unwind_table *own_table(void)
{
    const int fd = open("/proc/self/exe", O_RDONLY);
    struct unwind_table *table = unwind_table_load(fd);

    close(fd);
    cr_assert_not_null(table);
    return table;
}

/* Where in our own file the code of `function` is. */
static uint64_t file_offset(void (*function)(void))
{
    static char text[1 << 20];
    struct memory_maps maps;
    FILE *file = fopen("/proc/self/maps", "r");
    const size_t size = fread(text, 1, sizeof text, file);

    fclose(file);
    memory_maps_parse(text, size, &maps);
    const struct memory_map *map = memory_maps_find(&maps, (uint64_t)(uintptr_t)function);
    cr_assert_not_null(map);
    const uint64_t offset = (uint64_t)(uintptr_t)function - map->start + map->offset;
    memory_maps_finish(&maps);
    return offset;
}

static __attribute__((noinline)) void some_function(void)
{
    __asm__ volatile("");
}

Test(unwind_table, at_the_start_of_a_function_its_return_address_is_on_top)
{
    struct unwind_table *table = own_table();
    const uint64_t offset = file_offset(some_function);

    for (int again = 0; again < 2; again++) { /* the second answer is remembered */
        const struct unwind_row row = unwind_table_row(table, offset);
        cr_assert_eq(row.kind, UNWIND_FROM_SP);
        cr_assert_eq(row.cfa, 8);
        cr_assert_eq(row.saved_bp, 0);
    }
    unwind_table_destroy(table);
}

Test(unwind_table, nothing_is_known_of_what_is_no_code)
{
    struct unwind_table *table = own_table();

    cr_assert_eq(unwind_table_row(table, 0).kind, UNWIND_UNKNOWN);
    cr_assert_eq(unwind_table_row(table, UINT64_MAX - 1).kind, UNWIND_UNKNOWN);
    unwind_table_destroy(table);
}

/* Whatever is cut off or overwritten: an answer or none, but nothing worse. */
Test(unwind_table, damaged_files_are_refused_or_know_less)
{
    const int original = open("/proc/self/exe", O_RDONLY), copy = memfd_create("damaged", 0);
    static unsigned char bytes[1 << 21];
    const ssize_t size = read(original, bytes, sizeof bytes);

    cr_assert_gt(size, 4096);
    for (unsigned round = 0; round < 200; round++) {
        unsigned char *changed = &bytes[round < 100 ? round * 8 : rand() % size];
        const unsigned char before = *changed;
        *changed ^= 0xff;
        cr_assert_eq(pwrite(copy, bytes, (size_t)size, 0), size);
        struct unwind_table *table = unwind_table_load(copy);
        for (uint64_t offset = 0; table && offset < (uint64_t)size; offset += 97)
            unwind_table_row(table, offset);
        unwind_table_destroy(table);
        *changed = before;
    }
    cr_assert_eq(ftruncate(copy, 32), 0);
    cr_assert_null(unwind_table_load(copy));
    close(original);
    close(copy);
}
