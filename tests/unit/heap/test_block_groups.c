/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "heap/block_groups.h"

/* One file mapping with a vtable, and a heap behind it. */
enum { FILE_SIZE = 4096, HEAP_SIZE = 1 << 20 };
static const uint64_t file_start = 0x100000, heap_start = 0x200000;

static struct {
    char file[FILE_SIZE], heap[HEAP_SIZE];
} memory;

static struct snapshot snapshot;

static size_t read_part(uint64_t start, const char *bytes, size_t there, uint64_t address, void *buffer, size_t size)
{
    const size_t count = size < start + there - address ? size : start + there - address;

    memcpy(buffer, bytes + (address - start), count);
    return count;
}

static size_t read_fake(void *context, uint64_t address, void *buffer, size_t size)
{
    if (address >= file_start && address < file_start + FILE_SIZE)
        return read_part(file_start, memory.file, FILE_SIZE, address, buffer, size);
    if (address >= heap_start && address < heap_start + HEAP_SIZE)
        return read_part(heap_start, memory.heap, HEAP_SIZE, address, buffer, size);
    return 0;
}

static void put(char *bytes, uint64_t offset, uint64_t word)
{
    memcpy(bytes + offset, &word, sizeof word);
}

/* A type of this name, whose vtable is at `offset` of the file. Its description comes 64 bytes later, its name behind that. */
static uint64_t put_type(uint64_t offset, int64_t offset_to_top, const char *name)
{
    put(memory.file, offset - 16, (uint64_t)offset_to_top);
    put(memory.file, offset - 8, file_start + offset + 64);
    put(memory.file, offset + 72, file_start + offset + 96);
    strcpy(memory.file + offset + 96, name);
    return file_start + offset;
}

static void init(void)
{
    memset(&memory, 0, sizeof memory);
    snapshot = (struct snapshot){.memory = {.read = read_fake}, .site_count = 1, .file_mapped_count = 1};
    snapshot.blocks = calloc(100, sizeof *snapshot.blocks);
    snapshot.sites = calloc(1, sizeof *snapshot.sites);
    snapshot.file_mapped = calloc(1, sizeof *snapshot.file_mapped);
    snapshot.file_mapped[0] = (struct code_range){file_start, file_start + FILE_SIZE};
    snapshot.loaded_files = calloc(1, sizeof *snapshot.loaded_files);
}

static void fini(void)
{
    snapshot_finish(&snapshot);
}

static char *add_block(uint64_t size)
{
    static uint64_t next;

    if (snapshot.block_count == 0)
        next = 0;
    snapshot.blocks[snapshot.block_count++] = (struct heap_block){.address = heap_start + next, .size = size};
    char *bytes = memory.heap + next;
    next += (size + 31) & ~UINT64_C(15);
    return bytes;
}

static const char *content_of(size_t block)
{
    return snapshot.sites[snapshot.blocks[block].site].content;
}

TestSuite(block_groups, .init = init, .fini = fini);

Test(block_groups, objects_go_by_their_type)
{
    const uint64_t config = put_type(256, 0, "N4core6ConfigE"), part = put_type(512, -16, "*4Part");

    put(add_block(40), 0, config);
    put(add_block(64), 0, part);
    put(add_block(40), 0, config);
    block_groups_make(&snapshot);
    cr_assert_str_eq(content_of(0), "_ZTSN4core6ConfigE");
    cr_assert_str_eq(content_of(1), "_ZTS4Part");
    cr_assert_eq(snapshot.blocks[0].site, snapshot.blocks[2].site);
    cr_assert_eq(snapshot.site_count, 3);
}

static uint64_t points_to(size_t block)
{
    return snapshot.sites[snapshot.blocks[block].site].points_to;
}

/* The file has code. */
static void load_file(void)
{
    snapshot.loaded_files[0] = (struct loaded_file){file_start, file_start + FILE_SIZE, strdup("/x/app")};
    snapshot.loaded_file_count = 1;
}

Test(block_groups, what_points_to_one_place_in_a_loaded_file_belongs_together)
{
    load_file();
    put(add_block(40), 0, file_start + 100);
    put(add_block(64), 0, file_start + 100);
    put(add_block(40), 0, file_start + 108);
    put(add_block(40), 8, file_start + 100); /* not its first word */
    put(add_block(40), 0, file_start + FILE_SIZE);
    put(add_block(40), 0, put_type(256, 0, "6Config")); /* a type tells more */
    block_groups_make(&snapshot);
    cr_assert_eq(points_to(0), file_start + 100);
    cr_assert_eq(snapshot.blocks[0].site, snapshot.blocks[1].site);
    cr_assert_null(content_of(0));
    cr_assert_eq(points_to(2), file_start + 108);
    cr_assert_str_eq(content_of(3), "blocks of 40 bytes");
    cr_assert_str_eq(content_of(4), "blocks of 40 bytes");
    cr_assert_str_eq(content_of(5), "_ZTS6Config");
    cr_assert_eq(points_to(5), 0);
}

Test(block_groups, what_the_allocator_left_in_a_block_tells_nothing)
{
    load_file();
    snapshot.regions = calloc(1, sizeof *snapshot.regions);
    snapshot.regions[0] = (struct memory_region){file_start, file_start + 1024, REGION_LIBC_DATA};
    snapshot.region_count = 1;
    put(add_block(40), 0, file_start + 96); /* a list of free blocks began there */
    put(add_block(40), 0, file_start + 1024);
    block_groups_make(&snapshot);
    cr_assert_str_eq(content_of(0), "blocks of 40 bytes");
    cr_assert_eq(points_to(1), file_start + 1024);
}

Test(block_groups, what_only_looks_like_a_vtable_goes_by_its_size)
{
    put(add_block(48), 0, put_type(256, 8, "4Up"));            /* a part cannot begin before the whole */
    put(add_block(48), 0, put_type(512, 0, "no type's name")); /* blanks */
    put(add_block(48), 0, put_type(768, 0, ""));
    put(add_block(48), 0, file_start + 3);
    put(add_block(48), 0, file_start + FILE_SIZE - 8);
    put(add_block(48), 0, file_start); /* what would be in front is not in the file */
    put(add_block(48), 0, 0x5000);
    block_groups_make(&snapshot);
    for (size_t i = 0; i < snapshot.block_count; i++)
        cr_assert_str_eq(content_of(i), "blocks of 48 bytes", "%zu: %s", i, content_of(i));
}

Test(block_groups, text_is_told)
{
    strcpy(add_block(24), "a name");
    strcpy(add_block(2000), "a long line of text, longer than what is looked at\n");
    strcpy(add_block(24), "no"); /* by chance */
    memcpy(add_block(24), "abcd\1", 5);
    block_groups_make(&snapshot);
    cr_assert_str_eq(content_of(0), "text");
    cr_assert_str_eq(content_of(1), "text");
    cr_assert_str_eq(content_of(2), "blocks of 24 bytes");
    cr_assert_str_eq(content_of(3), "blocks of 24 bytes");
}

Test(block_groups, large_blocks_go_by_powers_of_two)
{
    add_block(4096);
    add_block(4097);
    add_block(8191);
    add_block(8192);
    block_groups_make(&snapshot);
    cr_assert_str_eq(content_of(0), "blocks of 4096 bytes");
    cr_assert_str_eq(content_of(1), "blocks of 4 KiB and more, less than twice as much");
    cr_assert_eq(snapshot.blocks[1].site, snapshot.blocks[2].site);
    cr_assert_str_eq(content_of(3), "blocks of 8 KiB and more, less than twice as much");
}

Test(block_groups, what_cannot_be_read_goes_by_its_size)
{
    snapshot.blocks[0] = (struct heap_block){.address = 0x900000, .size = 16};
    snapshot.block_count = 1;
    block_groups_make(&snapshot);
    cr_assert_str_eq(content_of(0), "blocks of 16 bytes");
}
