/* SPDX-License-Identifier: MIT */
#include "cached_list.h"

#include "address_index.h"
#include "heap_walk.h"

/* Can `link` be what a block of the list says about the next one? */
static bool is_link(const struct address_index *blocks, const struct cached_list *list, uint64_t link)
{
    return link == 0 || address_index_find(blocks, link + list->shift) != SIZE_MAX;
}

/* What the first word of the block at `at` says about the next one (malloc/malloc.c: tcache_entry.next, the fd of a chunk). */
static bool read_link(struct heap_walk *walk, const struct address_index *blocks, const struct cached_list *list,
                      const struct heap_block *block, uint64_t *link)
{
    uint64_t at = block->address, stored;

    if (list->shift && block->ignored) {
        *link = block_noted_link(block) - list->shift;
        return true;
    }
    if (!target_word(&walk->reader, at, &stored))
        return false;
    if (!walk->safe_linking_known) {
        /* A protected link is the start of a block, or 0, only after it was revealed; one that is not, only before. */
        bool plain = is_link(blocks, list, stored), revealed = is_link(blocks, list, unprotect_pointer(at, stored));
        if (plain == revealed)
            return false;
        walk->safe_linking = revealed;
        walk->safe_linking_known = true;
    }
    *link = walk->safe_linking ? unprotect_pointer(at, stored) : stored;
    return true;
}

static void mark(struct heap_walk *walk, struct heap_block *block, unsigned use)
{
    const struct extent *extent = heap_walk_find_extent(walk, block->address);

    block->unused = use & 7;
    if (extent && !extent->mapped) {
        struct glibc_arena *arena = &walk->heap->arenas[extent->arena];
        struct glibc_chunks *sum = use == BLOCK_IN_TCACHE ? &arena->tcache : &arena->fast_bins;
        sum->count++;
        sum->bytes += block->size + 8u;
    }
}

void cached_list_follow(struct heap_walk *walk, const struct address_index *blocks, struct cached_list *list, unsigned use)
{
    uint64_t link = list->first;

    list->length = 0;
    list->fault = 0;
    list->cut = false;
    while (link != 0) {
        uint64_t at = link + list->shift;
        size_t number = address_index_find(blocks, at);
        struct heap_block *block = number == SIZE_MAX ? NULL : &walk->heap->blocks[number];
        if (block == NULL && walk->left_out && heap_walk_find_extent(walk, at) == NULL) {
            list->cut = true;
            return;
        }
        /* A list that bites its own tail comes to a block that is marked, or to the limit. */
        if (block == NULL || list->length == list->limit || block->unused != BLOCK_LIVE ||
            !list->fits(block->size + 8u, list->bin) || !read_link(walk, blocks, list, block, &link)) {
            list->fault = at;
            return;
        }
        if (use != BLOCK_LIVE)
            mark(walk, block, use);
        list->length++;
    }
}
