/* SPDX-License-Identifier: MIT */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

uint64_t *snapshot_thread_pointers(const struct snapshot *snapshot)
{
    uint64_t *pointers = xcalloc(snapshot->thread_count, sizeof *pointers);

    for (size_t i = 0; i < snapshot->thread_count; i++)
        pointers[i] = snapshot->threads[i].thread_pointer;
    return pointers;
}

size_t heap_block_find(const struct heap_block *blocks, size_t count, uint64_t address)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (blocks[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *thread_register_name(unsigned index)
{
    static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",      "r9",
                                        "r10", "r11", "r12", "r13", "r14", "r15", "rip", "orig_rax"};

    return index < sizeof names / sizeof *names ? names[index] : "another";
}

/* Ranges, regions and files all begin with their start and end. Of `count` of them, `size` bytes each, the one that holds the
 * address; NULL if none does. */
static inline const void *find_range(const void *ranges, size_t count, size_t size, uint64_t address)
{
    const char *items = ranges;
    struct code_range range = {0};
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        memcpy(&range, items + middle * size, sizeof range);
        if (range.end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count)
        return NULL;
    memcpy(&range, items + low * size, sizeof range);
    return range.start <= address ? items + low * size : NULL;
}

_Static_assert(offsetof(struct memory_region, end) == offsetof(struct code_range, end) &&
                   offsetof(struct memory_region, start) == 0 &&
                   offsetof(struct loaded_file, end) == offsetof(struct code_range, end) &&
                   offsetof(struct loaded_file, start) == 0,
               "what find_range() takes them for");

const struct code_range *code_range_find(const struct code_range *ranges, size_t count, uint64_t address)
{
    return find_range(ranges, count, sizeof *ranges, address);
}

const struct loaded_file *snapshot_loaded_file(const struct snapshot *snapshot, uint64_t address)
{
    return find_range(snapshot->loaded_files, snapshot->loaded_file_count, sizeof *snapshot->loaded_files, address);
}

const struct memory_region *snapshot_region(const struct snapshot *snapshot, uint64_t address)
{
    return find_range(snapshot->regions, snapshot->region_count, sizeof *snapshot->regions, address);
}

void snapshot_finish(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->site_count; i++) {
        free((void *)snapshot->sites[i].frames);
        free(snapshot->sites[i].content);
    }
    free(snapshot->sites);
    free(snapshot->blocks);
    free(snapshot->regions);
    free(snapshot->threads);
    free(snapshot->root_words);
    free(snapshot->root_ranges);
    free(snapshot->executable);
    free(snapshot->file_mapped);
    for (size_t i = 0; i < snapshot->loaded_file_count; i++)
        free(snapshot->loaded_files[i].path);
    free(snapshot->loaded_files);
    *snapshot = (struct snapshot){0};
}
