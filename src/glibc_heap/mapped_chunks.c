/* SPDX-License-Identifier: MIT */
#include "mapped_chunks.h"

#include <string.h>

#include "heap_walk.h"

#define HUGE_PAGE_MARK UINT64_C(1) /* in prev_size, from 2.43 on (MMAP_HP) */

#define PAGES_MAX (UINT64_C(1) << 24) /* of others' memory that may be looked at: 64 GiB */

struct search {
    struct heap_walk *walk;
    size_t sorted;  /* extents of arenas, which alone are searched */
    uint64_t pages; /* that may still be looked at */
    uint64_t until; /* memory below belongs to a chunk that was found */
    uint64_t limit; /* end of the run of mappings that is searched */
    uint64_t count, bytes;
    bool thorough; /* realloc() moves an aligned block anywhere (mremap_chunk): its header may be at the end of any page */
};

/* Bytes of the mapping that starts at `start`, if a chunk's header is at `header`: 0 if there is none. Two forms exist
 * (malloc/malloc.c: sysmalloc_mmap). Up to 2.41 or 2.42 the size is that from the header to the end of the mapping; since then it
 * is 16 less, so that it is reckoned as in any other chunk. In both, prev_size is the offset of the header in the mapping. They
 * differ by the lowest bits, as mappings are whole pages. Stores the usable size. */
static uint64_t mapping_size(struct heap_walk *walk, uint64_t start, uint64_t header, uint64_t limit, uint64_t *usable)
{
    uint64_t words[2];

    if (!target_words(&walk->reader, header, words, 2) || (words[1] & SIZE_FLAGS) != IS_MMAPPED)
        return 0;
    uint64_t size = words[1] & ~SIZE_FLAGS, offset = header - start, total;
    bool later_form = (size + offset) % PAGE_BYTES == PAGE_BYTES - CHUNK_HEADER;
    if ((words[0] & ~HUGE_PAGE_MARK) != offset || (!later_form && (size + offset) % PAGE_BYTES != 0))
        return 0;
    total = size + offset + (later_form ? CHUNK_HEADER : 0);
    if (size < CHUNK_SIZE_MIN || size > limit || total > limit - start)
        return 0;
    *usable = later_form ? size - 8 : size - CHUNK_HEADER;
    return total;
}

/* Asking is cheaper for the target than reading a page that it never touched. */
static bool is_present(const struct memory_view *view, uint64_t address)
{
    uint64_t page = address & ~(PAGE_BYTES - 1), start, end;

    return view->next_present == NULL || view->next_present(view->context, page, page + PAGE_BYTES, &start, &end);
}

/* Looks for a header at the end of any page of the mapping: there it is for all alignments of a page and above. */
static uint64_t header_at_page_end(struct search *search, uint64_t start, uint64_t end, uint64_t limit, uint64_t *total,
                                   uint64_t *usable)
{
    const struct memory_view *view = search->walk->request->memory;

    for (uint64_t at = start; at < end;) {
        uint64_t first = at, last = end;
        if (view->next_present && (!view->next_present(view->context, at, end, &first, &last) || last <= at))
            return 0;
        for (at = (first > at ? first : at) & ~(PAGE_BYTES - 1); at < last; at += PAGE_BYTES) {
            uint64_t header = at + PAGE_BYTES - CHUNK_HEADER, found = mapping_size(search->walk, start, header, limit, usable);
            if (found) {
                *total = found;
                return header - start;
            }
        }
    }
    return 0;
}

/* memalign() moves the header up to where the block is aligned, and leaves the old one at the start of the mapping as it was
 * (_int_memalign). Returns the offset of the header that counts; 0 if the first one does. */
static uint64_t moved_header(struct search *search, uint64_t start, uint64_t limit, uint64_t *total, uint64_t *usable)
{
    const struct memory_view *view = search->walk->request->memory;

    for (unsigned bit = 6; bit < 40; bit++) { /* an alignment of 32 leads to the same place as one of 64 */
        uint64_t alignment = UINT64_C(1) << bit;
        uint64_t offset = ((start + CHUNK_HEADER + alignment - 1) & ~(alignment - 1)) - CHUNK_HEADER - start;
        if (offset >= *total)
            break;
        uint64_t found = is_present(view, start + offset) ? mapping_size(search->walk, start, start + offset, limit, usable) : 0;
        if (found) {
            *total = found;
            return offset;
        }
    }
    if (!search->thorough)
        return 0;
    return header_at_page_end(search, start, *total < limit - start ? start + *total : limit, limit, total, usable);
}

/* Adds the chunk whose mapping starts at `start`, if there is one. Returns the size of the mapping, or 0. */
static uint64_t add_chunk(struct search *search, uint64_t start, uint64_t limit)
{
    uint64_t usable = 0, moved_usable = 0, total = mapping_size(search->walk, start, start, UINT64_MAX, &usable);

    if (total == 0)
        return 0;
    uint64_t offset = moved_header(search, start, limit, &total, &moved_usable);
    if (offset)
        usable = moved_usable;
    else if (total > limit - start)
        return 0;
    heap_walk_add_extent(search->walk, (struct extent){.start = start,
                                                       .end = start + total,
                                                       .taken = total,
                                                       .mapped_end = start + total,
                                                       .mapped = true,
                                                       .block = start + offset + CHUNK_HEADER,
                                                       .block_size = usable});
    search->count++;
    search->bytes += total;
    return total;
}

/* Malloc's own count says that all are found: the rest of memory, which may be large, need not be looked at. */
static bool is_complete(const struct search *search)
{
    const struct heap_walk *walk = search->walk;

    return walk->heap->mapped_known && search->count == walk->heap->mapped_expected && search->bytes == walk->mapped_bytes_expected;
}

/* The extents of arenas come first in the array, sorted; those found here are appended behind. */
static const struct extent *arena_extent(struct search *search, uint64_t address)
{
    size_t count = search->walk->extent_count;

    search->walk->extent_count = search->sorted;
    const struct extent *extent = heap_walk_find_extent(search->walk, address);
    search->walk->extent_count = count;
    return extent;
}

/* The next arena's memory at or above `from`, so that no chunk is believed that reaches into it. */
static uint64_t next_arena_memory(const struct search *search, uint64_t from, uint64_t end)
{
    size_t low = 0, high = search->sorted;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->walk->extents[middle].start < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < search->sorted && search->walk->extents[low].start < end ? search->walk->extents[low].start : end;
}

static void search_present(struct search *search, uint64_t at, uint64_t end, uint64_t limit)
{
    for (; at < end && search->pages && !is_complete(search); search->pages--) {
        const struct extent *known = arena_extent(search, at);
        uint64_t size = known ? (known->mapped_end > at ? known->mapped_end - at : 0)
                              : add_chunk(search, at, next_arena_memory(search, at, limit));
        at += size ? (size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1) : PAGE_BYTES;
        search->until = at;
    }
}

static void search_mapping(struct search *search, const struct memory_map *map)
{
    const struct memory_view *view = search->walk->request->memory;
    /* A program may have changed the flags of a part of a block, which splits the mapping. */
    if (map->start >= search->limit)
        search->limit = heap_walk_memory_end(search->walk, map->start);

    for (uint64_t at = map->start; at < map->end && search->pages && !is_complete(search);) {
        uint64_t start, end = map->end;
        at = at > search->until ? at : search->until;
        if (at >= map->end)
            return;
        start = at;
        if (view->next_present && (!view->next_present(view->context, at, map->end, &start, &end) || end <= at))
            return;
        search_present(search, start > at ? start : at, end, search->limit);
        at = end;
    }
}

static void search_all(struct search *search)
{
    const struct memory_maps *maps = search->walk->request->maps;

    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->readable && map->writable && memory_map_is_anonymous(map) && strcmp(map->path, "[stack]") != 0 &&
            strcmp(map->path, "[heap]") != 0)
            search_mapping(search, map);
    }
}

void mapped_chunks_find(struct heap_walk *walk)
{
    struct search search = {.walk = walk, .sorted = walk->extent_count, .pages = PAGES_MAX};

    search_all(&search);
    if (!is_complete(&search)) {
        walk->extent_count = search.sorted;
        search = (struct search){.walk = walk, .sorted = walk->extent_count, .pages = PAGES_MAX, .thorough = true};
        search_all(&search);
    }
    heap_walk_sort_extents(walk);
    if (!walk->heap->mapped_known) {
        if (search.count)
            heap_walk_problem(walk, GLIBC_HEAP_MAPPED_UNCHECKED, 0);
    } else if (!is_complete(&search)) {
        heap_walk_problem(walk, GLIBC_HEAP_MAPPED_MISMATCH, 0);
    }
}
