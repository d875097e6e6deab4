/* SPDX-License-Identifier: MIT
 *
 * Fuzz target: the reader of glibc's heap, on a small heap with words overwritten. It must end, whatever the words are, and what it
 * tells must be in order. The input: which layouts, then for each word its place and value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "glibc_heap/glibc_heap.h"
#include "glibc_heap/heap_layout.h"

#define LIBRARY UINT64_C(0x7f1000000000)
#define BRK     UINT64_C(0x555500000000)
#define HEAP    UINT64_C(0x7f3000000000)
#define MAPPED  UINT64_C(0x7f4000000000)
#define TLS     UINT64_C(0x7f5000000000)
#define ARENA   (LIBRARY + 0x800)
#define PARTS   5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target's memory. */
static struct part {
    uint64_t start, size;
    const char *path;
    uint64_t words[0x4000 / 8];
} parts[PARTS] = {{.start = BRK, .size = 0x4000, .path = "[heap]"},
                  {.start = LIBRARY, .size = 0x2000, .path = "/lib/libc.so.6"},
                  {.start = HEAP, .size = 0x2000, .path = ""},
                  {.start = MAPPED, .size = 0x4000, .path = ""},
                  {.start = TLS, .size = 0x1000, .path = ""}};

static size_t read_part(void *context, uint64_t address, void *buffer, size_t size)
{
    for (size_t i = 0; i < PARTS; i++) {
        uint64_t offset = address - parts[i].start;
        if (address < parts[i].start || offset >= parts[i].size)
            continue;
        size = size < parts[i].size - offset ? size : parts[i].size - offset;
        memcpy(buffer, (char *)parts[i].words + offset, size);
        return size;
    }
    return 0;
}

static void put(uint64_t address, uint64_t word)
{
    for (size_t i = 0; i < PARTS; i++)
        if (address >= parts[i].start && address - parts[i].start < parts[i].size)
            parts[i].words[(address - parts[i].start) / 8] = word;
}

static void put_bins(uint64_t arena, const struct arena_layout *layout)
{
    for (uint64_t bin = 1; bin < BIN_COUNT; bin++) {
        uint64_t self = arena + layout->bins + 16 * (bin - 1) - 16;
        put(self + 16, self);
        put(self + 24, self);
    }
}

static void put_arena(uint64_t arena, const struct arena_layout *layout, uint64_t next, uint64_t top, uint64_t end,
                      uint64_t system_mem)
{
    put(arena + layout->next, next);
    put(arena + layout->top, top);
    put(top + 8, (end - top) | PREV_INUSE);
    put(arena + layout->system_mem, system_mem);
    put(arena + layout->system_mem + 8, system_mem);
}

/* Chunks of growing sizes, every third one free, in its bin. Returns the end. */
static uint64_t put_chunks(uint64_t at, uint64_t arena, const struct arena_layout *layout, uint64_t flags)
{
    uint64_t free_size = 0;

    put_bins(arena, layout);
    for (uint64_t i = 0; i < 24; i++) {
        uint64_t size = 0x20 + 16 * i, bin = arena + layout->bins + 16 * (size / 16 - 1) - 16;
        put(at, free_size);
        put(at + 8, size | (i % 3 == 2 ? 0 : flags) | !free_size);
        free_size = i % 3 == 2 ? size : 0;
        if (free_size) {
            put(at + 16, bin);
            put(at + 24, bin);
            put(bin + 16, at);
            put(bin + 24, at);
        }
        at += size;
    }
    put(at, free_size);
    put(at + 8, 0x20 | flags | !free_size);
    return at + 0x20;
}

static void put_heap(const struct arena_layout *layout, const struct tcache_layout *tcache, uint64_t info, bool contiguous)
{
    uint64_t second = HEAP + info, end, first = BRK + tcache->chunk_size;

    put(HEAP, second);
    put(HEAP + 16, 0x2000);
    put(HEAP + 24, 0x2000);
    put(BRK + 8, tcache->chunk_size | PREV_INUSE);
    put(BRK + 16 + tcache->entries, first + 16); /* the first chunk, as the only one of its bin */
    put(BRK + 16, 1);
    for (uint64_t i = 0; tcache->counts_free && i < tcache->entries; i += 8) /* 7 in each bin */
        put(BRK + 16 + i, i ? 0x7000700070007 : 0x7000700070006);
    end = put_chunks(first, ARENA, layout, 0);
    put(first + 16, (first + 16) >> 12);
    put_arena(ARENA, layout, second, end, BRK + 0x4000, 0x4000);
    put(ARENA, contiguous ? 0 : UINT64_C(2) << 32);
    end = put_chunks((second + layout->size + 15) & ~UINT64_C(15), second, layout, NON_MAIN_ARENA);
    put_arena(second, layout, ARENA, end, HEAP + 0x2000, 0x2000);
    put(MAPPED + 8, 0x2000 | IS_MMAPPED);
    put(MAPPED + 0x3008, 0xff0 | IS_MMAPPED);
    put(TLS + 0x7c0, BRK + 16);
}

static void check(const struct glibc_heap *heap)
{
    uint64_t last = 0, summed = heap->mapped.count;

    for (size_t i = 0; i < heap->block_count; i++) {
        if (heap->blocks[i].address < last || heap->blocks[i].address % 16 != 0 || heap->blocks[i].unused != 0)
            abort();
        last = heap->blocks[i].address + heap->blocks[i].size;
    }
    for (size_t i = 0; i < heap->arena_count; i++) {
        summed += heap->arenas[i].live.count;
        if (heap->arenas[i].resident.live > heap->arenas[i].live.bytes)
            abort();
    }
    if (summed != heap->block_count || glibc_heap_problem_text(heap->problem) == NULL)
        abort();
    if ((heap->state == GLIBC_HEAP_COMPLETE) != (heap->problem == GLIBC_HEAP_NO_PROBLEM) && heap->state != GLIBC_HEAP_NOT_FOUND)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_map maps[PARTS];
    const struct memory_view view = {.read = read_part};
    const uint64_t pointer = TLS + 0x800;
    struct glibc_heap heap;

    if (size < 4)
        return 0;
    for (size_t i = 0; i < PARTS; i++) {
        memset(parts[i].words, 0, sizeof parts[i].words);
        maps[i] = (struct memory_map){.start = parts[i].start,
                                      .end = parts[i].start + parts[i].size,
                                      .readable = true,
                                      .writable = true,
                                      .inode = parts[i].path[0] == '/',
                                      .path = parts[i].path};
    }
    put_heap(&arena_layouts[data[0] % arena_layout_count], &tcache_layouts[data[1] % tcache_layout_count],
             heap_info_sizes[data[2] % heap_info_size_count], data[3] & 1);
    for (const uint8_t *patch = data + 4; data + size - patch >= 8; patch += 8) {
        /* Values near addresses of the heap, or small ones: others are soon seen to be nonsense. */
        static const uint64_t bases[] = {BRK, LIBRARY, HEAP, MAPPED, TLS, 0, 0, ~UINT64_C(0xffffff)};
        uint64_t place = parts[patch[0] % PARTS].start + ((uint64_t)(patch[1] | patch[2] << 8) * 8) % 0x4000;
        put(place, bases[patch[3] % 8] + (uint64_t)(patch[4] | patch[5] << 8 | patch[6] << 16) + ((uint64_t)patch[7] << 56));
    }
    struct memory_maps all = {.maps = maps, .count = PARTS};
    struct page_run run = {BRK + 0x1000, TLS};
    const struct page_runs resident = {.runs = &run, .count = 1};
    struct glibc_heap_request request = {
        .memory = &view,
        .maps = &all,
        .thread_pointers = &pointer,
        .thread_count = 1,
        .resident = data[3] & 4 ? &resident : NULL,
        .skip_locked = data[3] >> 1 & 1,
    };
    glibc_heap_read(&request, &heap);
    check(&heap);
    glibc_heap_finish(&heap);
    return 0;
}
