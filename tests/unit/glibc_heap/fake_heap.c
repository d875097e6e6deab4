/* SPDX-License-Identifier: MIT */
#include "fake_heap.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* The structs as the releases declare them, so that the compiler reckons the offsets (malloc/malloc.c, malloc/arena.c). */
struct bins_and_rest {
    uint64_t bins[254];
    uint32_t binmap[4];
    uint64_t next, next_free, attached_threads, system_mem, max_system_mem;
};
struct state_2_26 {
    int mutex, flags;
    uint64_t fast[10], top, last_remainder;
    struct bins_and_rest rest;
};
struct state_2_27 {
    int mutex, flags, have_fastchunks;
    uint64_t fast[10], top, last_remainder;
    struct bins_and_rest rest;
};
struct state_2_43 {
    int mutex, flags;
    uint64_t top, last_remainder;
    struct bins_and_rest rest;
};
struct mp_2_26 {
    uint64_t trim_threshold, top_pad, mmap_threshold, arena_test, arena_max;
    int n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold;
    uint64_t mmapped_mem, max_mmapped_mem, sbrk_base;
};
struct mp_2_35 {
    uint64_t trim_threshold, top_pad, mmap_threshold, arena_test, arena_max, thp_pagesize, hp_pagesize;
    int hp_flags, n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold;
    uint64_t mmapped_mem, max_mmapped_mem, sbrk_base;
};
struct mp_2_43 {
    uint64_t trim_threshold, top_pad, mmap_threshold, arena_test, arena_max;
    int thp_mode;
    uint64_t thp_pagesize, hp_pagesize;
    int hp_flags, n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold;
    uint64_t mmapped_mem, max_mmapped_mem, sbrk_base;
};
struct tcache_2_26 {
    char counts[64];
    uint64_t entries[64];
};
struct tcache_2_30 {
    uint16_t counts[64];
    uint64_t entries[64];
};
struct tcache_2_42 {
    uint16_t num_slots[76];
    uint64_t entries[76];
};

#define STATE(type)                                                                                                                \
    .state_size = sizeof(struct type), .top = offsetof(struct type, top), .bins = offsetof(struct type, rest.bins),                \
    .next = offsetof(struct type, rest.next), .system_mem = offsetof(struct type, rest.system_mem)
#define MP(type)                                                                                                                   \
    .mp_n_mmaps = offsetof(struct type, n_mmaps), .mp_mmapped_mem = offsetof(struct type, mmapped_mem),                            \
    .mp_sbrk_base = offsetof(struct type, sbrk_base)
#define TCACHE(type, number, size)                                                                                                 \
    .tcache_size = sizeof(struct type), .tcache_entries = offsetof(struct type, entries), .tcache_bins = number, .count_size = size

const struct fake_release fake_releases[] = {
    {"2.26", STATE(state_2_26), MP(mp_2_26), TCACHE(tcache_2_26, 64, 1), .fast = offsetof(struct state_2_26, fast),
     .heap_info = 0x20},
    {"2.27", STATE(state_2_27), MP(mp_2_26), TCACHE(tcache_2_26, 64, 1), .fast = offsetof(struct state_2_27, fast),
     .heap_info = 0x20},
    {"2.31", STATE(state_2_27), MP(mp_2_26), TCACHE(tcache_2_30, 64, 2), .fast = offsetof(struct state_2_27, fast),
     .heap_info = 0x20},
    {"2.32", STATE(state_2_27), MP(mp_2_26), TCACHE(tcache_2_30, 64, 2), .fast = offsetof(struct state_2_27, fast),
     .heap_info = 0x20, .safe_linking = true},
    {"2.35", STATE(state_2_27), MP(mp_2_35), TCACHE(tcache_2_30, 64, 2), .fast = offsetof(struct state_2_27, fast),
     .heap_info = 0x30, .safe_linking = true},
    {"2.42", STATE(state_2_27), MP(mp_2_35), TCACHE(tcache_2_42, 76, 2), .fast = offsetof(struct state_2_27, fast),
     .heap_info = 0x30, .safe_linking = true, .counts_free = true},
    {"2.42 with the later form of mapped chunks", STATE(state_2_27), MP(mp_2_35), TCACHE(tcache_2_42, 76, 2),
     .fast = offsetof(struct state_2_27, fast), .heap_info = 0x30, .safe_linking = true, .counts_free = true, .later_mapped = true},
    {"2.43", STATE(state_2_43), MP(mp_2_43), TCACHE(tcache_2_42, 76, 2), .heap_info = 0x30, .safe_linking = true,
     .counts_free = true, .later_mapped = true},
};
const size_t fake_release_count = sizeof fake_releases / sizeof *fake_releases;

const struct fake_release *fake_release_named(const char *name)
{
    for (size_t i = 0; i < fake_release_count; i++)
        if (strcmp(fake_releases[i].name, name) == 0)
            return &fake_releases[i];
    cr_assert_fail("no release %s", name);
    return NULL;
}

static unsigned char *bytes_at(struct fake_heap *heap, uint64_t address, size_t *rest)
{
    for (size_t i = 0; i < heap->part_count; i++) {
        if (address >= heap->parts[i].start && address < heap->parts[i].end) {
            *rest = heap->parts[i].end - address;
            return heap->parts[i].bytes + (address - heap->parts[i].start);
        }
    }
    return NULL;
}

static size_t read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct fake_heap *heap = context;
    size_t done = 0, rest;

    if (address < heap->hole_end && address + size > heap->hole_start)
        size = address < heap->hole_start ? heap->hole_start - address : 0;

    while (done < size) {
        const unsigned char *bytes = bytes_at(context, address + done, &rest);
        if (bytes == NULL)
            break;
        rest = rest < size - done ? rest : size - done;
        memcpy((char *)buffer + done, bytes, rest);
        done += rest;
    }
    return done;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    const struct fake_heap *heap = context;

    if (from >= heap->absent_start && from < heap->absent_end)
        from = heap->absent_end;
    *start = from;
    *end = from < heap->absent_start && heap->absent_start < to ? heap->absent_start : to;
    return from < to;
}

static int compare_maps(const void *left, const void *right)
{
    const struct memory_map *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

void fake_map(struct fake_heap *heap, uint64_t start, uint64_t size, const char *path)
{
    cr_assert_lt(heap->part_count, 16);
    heap->map_array[heap->part_count] = (struct memory_map){
        .start = start, .end = start + size, .readable = true, .writable = true, .inode = path[0] == '/', .path = path};
    heap->parts[heap->part_count++] = (struct fake_part){start, start + size, xcalloc(1, size)};
    qsort(heap->map_array, heap->part_count, sizeof *heap->map_array, compare_maps);
    heap->maps = (struct memory_maps){.maps = heap->map_array, .count = heap->part_count};
}

void fake_put(struct fake_heap *heap, uint64_t address, uint64_t word)
{
    size_t rest;
    unsigned char *bytes = bytes_at(heap, address, &rest);

    cr_assert(bytes && rest >= 8);
    memcpy(bytes, &word, 8);
}

uint64_t fake_get(struct fake_heap *heap, uint64_t address)
{
    uint64_t word = 0;

    cr_assert_eq(read_memory(heap, address, &word, 8), 8);
    return word;
}

static void put_half(struct fake_heap *heap, uint64_t address, uint32_t value)
{
    uint64_t shift = address % 8 * 8, word = fake_get(heap, address & ~UINT64_C(7));

    fake_put(heap, address & ~UINT64_C(7), (word & ~(UINT64_C(0xffffffff) << shift)) | (uint64_t)value << shift);
}

static void init_arena(struct fake_heap *heap, uint64_t arena)
{
    const struct fake_release *release = heap->release;

    for (uint64_t bin = 1; bin < 128; bin++) {
        uint64_t self = arena + release->bins + 16 * (bin - 1) - 16;
        fake_put(heap, self + 16, self);
        fake_put(heap, self + 24, self);
    }
    fake_put(heap, arena + release->top, arena + release->bins - 16);
    if (arena != FAKE_MAIN)
        put_half(heap, arena + 4, 2); /* NONCONTIGUOUS_BIT */
}

static void init_parameters(struct fake_heap *heap)
{
    const struct fake_release *release = heap->release;

    fake_put(heap, FAKE_MP, 0x20000);
    fake_put(heap, FAKE_MP + 8, 0x20000);
    fake_put(heap, FAKE_MP + 16, 0x20000);
    fake_put(heap, FAKE_MP + 24, 8);
    put_half(heap, FAKE_MP + release->mp_n_mmaps + 4, 65536);
}

struct fake_heap *fake_create(const struct fake_release *release)
{
    struct fake_heap *heap = xcalloc(1, sizeof *heap);

    heap->release = release;
    heap->view = (struct memory_view){read_memory, next_present, heap};
    heap->mapped_at = FAKE_MAPPED;
    fake_map(heap, FAKE_LIBRARY, 0x4000, "/usr/lib/libc.so.6");
    fake_map(heap, FAKE_TLS, 0x1000, "");
    heap->thread_pointers[0] = FAKE_TLS + 0x800;
    heap->thread_count = 1;
    init_arena(heap, FAKE_MAIN);
    fake_put(heap, FAKE_MAIN + release->next, FAKE_MAIN);
    init_parameters(heap);
    return heap;
}

void fake_destroy(struct fake_heap *heap)
{
    for (size_t i = 0; i < heap->part_count; i++)
        free(heap->parts[i].bytes);
    glibc_heap_finish(&heap->result);
    free(heap);
}

struct fake_area fake_brk(struct fake_heap *heap)
{
    fake_map(heap, FAKE_BRK, FAKE_BRK_END - FAKE_BRK, "[heap]");
    fake_put(heap, FAKE_MP + heap->release->mp_sbrk_base, FAKE_BRK);
    return (struct fake_area){.heap = heap, .arena = FAKE_MAIN, .at = FAKE_BRK};
}

struct fake_area fake_second(struct fake_heap *heap)
{
    uint64_t arena = FAKE_HEAP + heap->release->heap_info, start = (arena + heap->release->state_size + 15) & ~UINT64_C(15);

    fake_map(heap, FAKE_HEAP, 0x40000, "");
    fake_put(heap, FAKE_HEAP, arena);
    fake_put(heap, FAKE_HEAP + 16, 0x40000);
    fake_put(heap, FAKE_HEAP + 24, 0x40000);
    init_arena(heap, arena);
    fake_put(heap, arena + heap->release->next, fake_get(heap, FAKE_MAIN + heap->release->next));
    fake_put(heap, FAKE_MAIN + heap->release->next, arena);
    return (struct fake_area){.heap = heap, .arena = arena, .at = start, .flags = 4};
}

static uint64_t add_chunk(struct fake_area *area, uint64_t size, uint64_t flags)
{
    uint64_t chunk = area->at;

    if (area->free_size)
        fake_put(area->heap, chunk, area->free_size);
    fake_put(area->heap, chunk + 8, size | flags | (area->free_size == 0));
    area->free_size = 0;
    area->at += size;
    return chunk;
}

uint64_t fake_live(struct fake_area *area, uint64_t size)
{
    return add_chunk(area, size, area->flags);
}

uint64_t fake_free(struct fake_area *area, uint64_t size, unsigned bin)
{
    struct fake_heap *heap = area->heap;
    uint64_t chunk = add_chunk(area, size, 0), head = area->arena + heap->release->bins + 16 * (bin - 1) - 16;
    uint64_t last = fake_get(heap, head + 24);

    fake_put(heap, chunk + 16, head);
    fake_put(heap, chunk + 24, last);
    fake_put(heap, last + 16, chunk);
    fake_put(heap, head + 24, chunk);
    area->free_size = size;
    return chunk;
}

static uint64_t protect(struct fake_heap *heap, uint64_t place, uint64_t link)
{
    return heap->release->safe_linking ? place >> 12 ^ link : link;
}

uint64_t fake_fast(struct fake_area *area, uint64_t size)
{
    uint64_t chunk = fake_live(area, size), bin = area->arena + area->heap->release->fast + 8 * (size / 16 - 2);

    fake_put(area->heap, chunk + 16, protect(area->heap, chunk + 16, fake_get(area->heap, bin)));
    fake_put(area->heap, bin, chunk);
    return chunk;
}

void fake_top(struct fake_area *area, uint64_t end)
{
    const struct fake_release *release = area->heap->release;
    uint64_t top = add_chunk(area, end - area->at, 0), taken = end - (area->arena == FAKE_MAIN ? FAKE_BRK : FAKE_HEAP);

    fake_put(area->heap, area->arena + release->top, top);
    fake_put(area->heap, area->arena + release->system_mem, taken);
    fake_put(area->heap, area->arena + release->system_mem + 8, taken);
}

void fake_fence(struct fake_area *area)
{
    add_chunk(area, 16, 0);
    fake_put(area->heap, area->at + 8, area->arena == FAKE_MAIN ? 0x11 : 1);
    area->at += 16;
}

uint64_t fake_mapped(struct fake_heap *heap, uint64_t pages, uint64_t offset)
{
    const struct fake_release *release = heap->release;
    uint64_t start = heap->mapped_at, total = pages * 4096, less = release->later_mapped ? 16 : 0;

    if (start == FAKE_MAPPED)
        fake_map(heap, FAKE_MAPPED, 0x100000, "");
    fake_put(heap, start + 8, (total - less) | 2);
    fake_put(heap, start + offset, offset);
    fake_put(heap, start + offset + 8, (total - offset - less) | 2);
    heap->mapped_at += total;
    heap->mapped_count++;
    heap->mapped_bytes += total;
    put_half(heap, FAKE_MP + release->mp_n_mmaps, (uint32_t)heap->mapped_count);
    put_half(heap, FAKE_MP + release->mp_n_mmaps + 8, (uint32_t)heap->mapped_count);
    fake_put(heap, FAKE_MP + release->mp_mmapped_mem, heap->mapped_bytes);
    fake_put(heap, FAKE_MP + release->mp_mmapped_mem + 8, heap->mapped_bytes);
    return start + offset;
}

static void put_count(struct fake_heap *heap, uint64_t tcache, unsigned bin, int step, unsigned first)
{
    size_t rest;
    unsigned char *count = bytes_at(heap, tcache + 16 + bin * heap->release->count_size, &rest);

    *count = (unsigned char)(first ? first : (unsigned)(*count + step));
}

uint64_t fake_tcache(struct fake_area *area, size_t thread)
{
    struct fake_heap *heap = area->heap;
    uint64_t chunk = fake_live(area, (heap->release->tcache_size + 8 + 15) & ~UINT64_C(15));

    for (unsigned bin = 0; heap->release->counts_free && bin < heap->release->tcache_bins; bin++)
        put_count(heap, chunk, bin, 0, 16);
    fake_put(heap, heap->thread_pointers[thread] - 0x70, chunk + 16);
    return chunk;
}

void fake_cache(struct fake_heap *heap, uint64_t tcache, uint64_t chunk)
{
    uint64_t size = fake_get(heap, chunk + 8) & ~UINT64_C(7);
    unsigned bin =
        size <= 0x410 ? (unsigned)(size / 16 - 2) : 64 + (unsigned)(__builtin_clz(0x410) - __builtin_clz((unsigned)size));
    uint64_t entry = tcache + 16 + heap->release->tcache_entries + 8 * bin;

    cr_assert_lt(bin, heap->release->tcache_bins);
    fake_put(heap, chunk + 16, protect(heap, chunk + 16, fake_get(heap, entry)));
    fake_put(heap, entry, chunk + 16);
    put_count(heap, tcache, bin, heap->release->counts_free ? -1 : 1, 0);
}

/* All that is mapped, but for the pages that hold no data. */
static struct page_runs resident_pages(const struct fake_heap *heap)
{
    struct page_runs pages = {0};

    for (size_t i = 0; i < heap->maps.count; i++) {
        const struct memory_map *map = &heap->maps.maps[i];
        const bool cut = heap->absent_start >= map->start && heap->absent_start < map->end;
        page_runs_add(&pages, map->start, cut ? heap->absent_start : map->end);
        page_runs_add(&pages, cut ? heap->absent_end : map->end, map->end);
    }
    return pages;
}

void fake_read(struct fake_heap *heap, enum glibc_heap_state expected)
{
    struct page_runs pages = resident_pages(heap);
    struct glibc_heap_request request = {
        .memory = &heap->view,
        .maps = &heap->maps,
        .thread_pointers = heap->thread_pointers,
        .thread_count = heap->thread_count,
        .resident = &pages,
        .skip_locked = heap->skip_locked,
    };

    glibc_heap_finish(&heap->result);
    glibc_heap_read(&request, &heap->result);
    page_runs_finish(&pages);
    cr_assert_eq(heap->result.state, expected, "%s: state %d, not %d: %s at %#lx", heap->release->name, heap->result.state,
                 expected, glibc_heap_problem_text(heap->result.problem), (unsigned long)heap->result.problem_address);
}

void fake_read_problem(struct fake_heap *heap, enum glibc_heap_problem problem, uint64_t address)
{
    fake_read(heap, problem < GLIBC_HEAP_ARENA_LOCKED    ? GLIBC_HEAP_PARTIAL
                    : problem == GLIBC_HEAP_ARENA_LOCKED ? GLIBC_HEAP_LOCKED
                                                         : GLIBC_HEAP_CORRUPT);
    cr_assert_eq(heap->result.problem, problem, "problem: %s, not: %s", glibc_heap_problem_text(heap->result.problem),
                 glibc_heap_problem_text(problem));
    cr_assert_eq(heap->result.problem_address, address, "at %#lx, not %#lx", (unsigned long)heap->result.problem_address,
                 (unsigned long)address);
}

bool fake_has_block(const struct fake_heap *heap, uint64_t chunk)
{
    for (size_t i = 0; i < heap->result.block_count; i++)
        if (heap->result.blocks[i].address == chunk + 16)
            return true;
    return false;
}
