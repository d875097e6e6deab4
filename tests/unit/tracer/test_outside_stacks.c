/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/looks/outside_stacks.h"

/* Memory from `base` on, of which the maps say what it is. */
enum { SIZE = 0x40000 };
static const uint64_t base = 0x7f0000000000;

static char bytes[SIZE];
static struct memory_maps maps;
static struct outside_stacks found;

static size_t read_fake(void *context, uint64_t address, void *buffer, size_t size)
{
    if (address < base || address >= base + SIZE)
        return 0;
    const size_t there = base + SIZE - address, count = size < there ? size : there;
    memcpy(buffer, bytes + (address - base), count);
    return count;
}

static void find(const char *text)
{
    const struct memory_view view = {.read = read_fake};

    memory_maps_finish(&maps);
    outside_stacks_finish(&found);
    cr_assert_eq(memory_maps_parse(text, strlen(text), &maps), 0);
    outside_stacks_find(&view, &maps, &found);
}

/* A description of a thread as glibc has it, with its vector. */
static void put_description(uint64_t offset, uint64_t vector)
{
    const uint64_t words[] = {base + offset, vector + 16, base + offset};

    memcpy(bytes + offset, words, sizeof words);
}

static void fini(void)
{
    memory_maps_finish(&maps);
    outside_stacks_finish(&found);
}

TestSuite(outside_stacks, .fini = fini);

Test(outside_stacks, a_stack_ends_in_a_description)
{
    put_description(0x1f6c0, 0x5000);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n"
         "7f0000001000-7f0000020000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 1);
    cr_assert_eq(found.stacks[0].range.start, base + 0x1000);
    cr_assert_eq(found.stacks[0].range.end, base + 0x20000);
    cr_assert_eq(found.stacks[0].vector, 0x5000);
}

Test(outside_stacks, each_of_several_is_found)
{
    put_description(0xf6c0, 0x5000);
    put_description(0x1f6c0, 0x6000);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n"
         "7f0000001000-7f0000010000 rw-p 00000000 00:00 0 [anon:stack]\n"
         "7f0000010000-7f0000011000 ---p 00000000 00:00 0\n"
         "7f0000011000-7f0000020000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 2);
    cr_assert_eq(found.stacks[1].vector, 0x6000);
}

Test(outside_stacks, other_memory_is_none)
{
    /* Without a guard, behind a hole, of a file, not writable, too far from the end. */
    put_description(0x1f6c0, 0x5000);
    find("7f0000001000-7f0000020000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 0);
    find("7effffffe000-7efffffff000 ---p 00000000 00:00 0\n7f0000001000-7f0000020000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 0);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n7f0000001000-7f0000020000 rw-p 00000000 08:01 4711 /lib/x.so\n");
    cr_assert_eq(found.count, 0);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n7f0000001000-7f0000020000 r--p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 0);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n7f0000001000-7f0000030000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 0);
}

Test(outside_stacks, a_small_mapping_and_one_that_cannot_be_read)
{
    put_description(0x1040, 0x5000);
    find("7f0000000000-7f0000001000 ---p 00000000 00:00 0\n7f0000001000-7f0000002000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 1);
    find("7e0000000000-7e0000001000 ---p 00000000 00:00 0\n7e0000001000-7e0000020000 rw-p 00000000 00:00 0\n");
    cr_assert_eq(found.count, 0);
}
