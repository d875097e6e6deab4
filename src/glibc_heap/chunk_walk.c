/* SPDX-License-Identifier: MIT */
#include "chunk_walk.h"

#include "base/xalloc.h"
#include "heap_walk.h"

#define TRIAL_HOPS    64 /* chunks that must make sense in a row before a place is taken for the start of an area */
#define WINDOW_STRIDE 16

enum chain_end {
    CHAIN_GOES_ON,
    CHAIN_TOP,   /* at the top chunk */
    CHAIN_FENCE, /* behind the fenceposts */
    CHAIN_FAULT,
};

/* A chunk is decided about when the next header is seen: whether it is in use is written there. */
struct chain {
    struct heap_walk *walk;
    const struct extent *extent;
    uint64_t top;
    uint64_t at;
    uint64_t in_use_flags; /* what chunks in use have besides PREV_INUSE */
    bool quiet;            /* only look */
    uint64_t hops;         /* chunks done */
    uint32_t fast_bins;    /* which are not empty; none if it is not known how links are stored */
    uint64_t size, flags;  /* of the chunk before `at`; size 0: none */
    uint64_t fd, bk;
    enum glibc_heap_problem fault;
    uint64_t fault_address;
};

static enum chain_end fault(struct chain *chain, enum glibc_heap_problem problem, uint64_t address)
{
    chain->fault = problem;
    chain->fault_address = address;
    return CHAIN_FAULT;
}

static void add_block(struct heap_walk *walk, uint64_t header, uint64_t usable)
{
    struct glibc_heap *heap = walk->heap;

    if (heap->block_count == walk->block_capacity)
        heap->blocks = xgrow(heap->blocks, &walk->block_capacity, heap->block_count + 1, sizeof *heap->blocks);
    heap->blocks[heap->block_count++] =
        (struct heap_block){.address = (header + CHUNK_HEADER) & 0xffffffffffff, .size = usable & 0xffffffffff};
}

static void add_free_chunk(struct chain *chain, uint64_t header)
{
    struct heap_walk *walk = chain->walk;

    walk->free_chunks = xgrow(walk->free_chunks, &walk->free_capacity, walk->free_count + 1, sizeof *walk->free_chunks);
    walk->free_chunks[walk->free_count++] = (struct free_chunk){.address = header & 0xffffffffffff,
                                                                .size = chain->size & 0xffffffffffff,
                                                                .arena = chain->extent->arena & 0xffff,
                                                                .fd = chain->fd,
                                                                .bk = chain->bk};
}

/* Notes where the block that was added last leads to, if it could be in a fast bin of its arena that is not empty. */
static void note_link(struct chain *chain, uint64_t place)
{
    struct heap_walk *walk = chain->walk;
    uint64_t link = walk->safe_linking ? unprotect_pointer(place, chain->fd) : chain->fd;

    if (link % CHUNK_ALIGN == 0 && link >= walk->lowest && link < walk->highest)
        block_note_link(&walk->heap->blocks[walk->heap->block_count - 1], link + CHUNK_HEADER);
}

/* The chunk before `at`, whose header is `prev_size` and `head`: in use or free? */
static enum chain_end decide(struct chain *chain, uint64_t prev_size, uint64_t head)
{
    uint64_t header = chain->at - chain->size;

    if (head & PREV_INUSE) {
        if ((chain->flags & ~PREV_INUSE) != chain->in_use_flags)
            return fault(chain, GLIBC_HEAP_BAD_FLAGS, header);
        if (chain->quiet)
            return CHAIN_GOES_ON;
        add_block(chain->walk, header, chain->size - 8); /* the next one's prev_size belongs to it, too */
        if (fast_bin_of_size(chain->size) < FAST_BIN_COUNT && chain->fast_bins >> fast_bin_of_size(chain->size) & 1)
            note_link(chain, header + CHUNK_HEADER);
        return CHAIN_GOES_ON;
    }
    /* malloc/malloc.c: do_check_free_chunk: its size stands at its end, and it has no free neighbours. */
    if (prev_size != chain->size)
        return fault(chain, GLIBC_HEAP_BAD_PREV_SIZE, header);
    if (!(chain->flags & PREV_INUSE))
        return fault(chain, GLIBC_HEAP_FREE_NEIGHBOURS, header);
    if (!chain->quiet)
        add_free_chunk(chain, header);
    return CHAIN_GOES_ON;
}

/* Memory that is not followed by the top chunk ends in two headers, the first one of size 16 (malloc/malloc.c: sysmalloc). The
 * second one has size 16 in the main arena, and a third one follows where the top chunk that was there had 48 bytes; in others it
 * has size 0. */
static enum chain_end at_fence(struct chain *chain, const uint64_t *words)
{
    const uint64_t fence = FENCEPOST_SIZE | PREV_INUSE;
    uint64_t third;

    if (words[3] != (chain->extent->arena == 0 ? fence : PREV_INUSE))
        return fault(chain, GLIBC_HEAP_BAD_SIZE, chain->at);
    chain->at += 2 * FENCEPOST_SIZE;
    if (chain->extent->arena == 0 && chain->extent->end - chain->at >= FENCEPOST_SIZE &&
        target_word(&chain->walk->reader, chain->at + 8, &third) && third == fence)
        chain->at += FENCEPOST_SIZE;
    return CHAIN_FENCE;
}

/* Less is left than a chunk has. In a heap whose top chunk had 48 bytes when it was given up, a chunk of 32 bytes stands in front
 * of the header of size 0, which looks like one in use but for NON_MAIN_ARENA. */
static enum chain_end at_end(struct chain *chain)
{
    uint64_t head;

    if (chain->extent->arena != 0 && chain->extent->end - chain->at == FENCEPOST_SIZE && chain->size == 2 * FENCEPOST_SIZE &&
        chain->flags == PREV_INUSE && target_word(&chain->walk->reader, chain->at + 8, &head) && head == PREV_INUSE) {
        chain->at += FENCEPOST_SIZE;
        return CHAIN_FENCE;
    }
    return fault(chain, GLIBC_HEAP_TOP_MISSED, chain->at);
}

/* Takes the chunk whose four first words are given. */
static inline enum chain_end step(struct chain *chain, const uint64_t *words)
{
    uint64_t head = words[1], size = head & ~SIZE_FLAGS;

    if (chain->size) {
        enum chain_end result = decide(chain, words[0], head);
        if (result != CHAIN_GOES_ON)
            return result;
    } else if (!(head & PREV_INUSE)) { /* nothing is before it that could be free */
        return fault(chain, GLIBC_HEAP_BAD_FLAGS, chain->at);
    }
    if (chain->at == chain->top)
        return CHAIN_TOP;
    if (size == FENCEPOST_SIZE)
        return at_fence(chain, words);
    if (size < CHUNK_SIZE_MIN || size % CHUNK_ALIGN != 0 || size > chain->extent->end - chain->at)
        return fault(chain, GLIBC_HEAP_BAD_SIZE, chain->at);
    if (head & IS_MMAPPED)
        return fault(chain, GLIBC_HEAP_BAD_FLAGS, chain->at);
    chain->size = size;
    chain->flags = head & SIZE_FLAGS;
    chain->fd = words[2];
    chain->bk = words[3];
    chain->at += size;
    return CHAIN_GOES_ON;
}

/* As much as is left for trials, at most `hops`. */
static uint64_t take_trials(struct heap_walk *walk, uint64_t hops)
{
    uint64_t taken = hops < walk->trials ? hops : walk->trials;

    walk->trials -= taken;
    return taken;
}

/* Goes on from chain->at until the chain ends or `hops` chunks are done. */
static enum chain_end follow(struct chain *chain, uint64_t hops)
{
    enum chain_end result = CHAIN_GOES_ON;
    uint64_t limit = chain->extent->end;

    while (result == CHAIN_GOES_ON && hops) {
        uint64_t available, start = chain->at;
        if (start >= limit || limit - start < CHUNK_SIZE_MIN)
            return at_end(chain);
        const uint64_t *words = target_window(&chain->walk->reader, start, CHUNK_SIZE_MIN, limit, &available);
        if (words == NULL)
            return fault(chain, GLIBC_HEAP_UNREADABLE, start);
        while (result == CHAIN_GOES_ON && hops && chain->at - start <= available - CHUNK_SIZE_MIN) {
            result = step(chain, words + (chain->at - start) / 8);
            hops--;
            chain->hops++;
        }
    }
    return result;
}

static struct chain chain_at(struct heap_walk *walk, const struct extent *extent, uint64_t start)
{
    return (struct chain){.walk = walk,
                          .extent = extent,
                          .top = walk->arenas[extent->arena].top,
                          .at = start,
                          .fast_bins = walk->safe_linking_known ? walk->arenas[extent->arena].fast_bins_used : 0,
                          .in_use_flags = extent->arena == 0 ? 0 : NON_MAIN_ARENA};
}

/* Somebody else moved the program break, so that a part of the main arena starts anywhere behind its memory. Returns the first
 * address from which a chain of chunks leads on; 0 if there is none. */
static uint64_t end_of_foreign(struct heap_walk *walk, const struct extent *extent, uint64_t from)
{
    uint64_t available, at = from;

    while (at < extent->end && extent->end - at >= CHUNK_SIZE_MIN) {
        const uint64_t *words = target_window(&walk->reader, at, CHUNK_SIZE_MIN, extent->end, &available);
        if (words == NULL) { /* never touched, or gone */
            if (take_trials(walk, 1) == 0)
                return 0;
            at = (at & ~(PAGE_BYTES - 1)) + PAGE_BYTES;
            continue;
        }
        uint64_t head = words[1];
        if ((head & SIZE_FLAGS) == PREV_INUSE && head >= CHUNK_SIZE_MIN && head - PREV_INUSE <= extent->end - at) {
            struct chain trial = chain_at(walk, extent, at);
            trial.quiet = true;
            uint64_t hops = take_trials(walk, TRIAL_HOPS);
            if (hops == 0)
                return 0;
            if (follow(&trial, hops) != CHAIN_FAULT)
                return at;
        }
        at += WINDOW_STRIDE;
    }
    return 0;
}

static void check_end(struct heap_walk *walk, const struct chain *chain, enum chain_end end)
{
    const struct extent *extent = chain->extent;
    const struct arena_state *arena = &walk->arenas[extent->arena];
    bool top_inside = arena->top >= extent->start && arena->top < extent->end;

    if (end == CHAIN_FAULT)
        heap_walk_problem(walk, chain->fault, chain->fault_address);
    else if (end == CHAIN_FENCE && (top_inside || (extent->arena && chain->at != extent->end)))
        heap_walk_problem(walk, GLIBC_HEAP_TOP_MISSED, chain->at);
    else if (end == CHAIN_TOP &&
             (chain->at + arena->top_size != extent->end || arena->top_flags != PREV_INUSE || arena->top_size < CHUNK_SIZE_MIN))
        heap_walk_problem(walk, GLIBC_HEAP_BAD_TOP, chain->at);
}

static void walk_arena_memory(struct heap_walk *walk, const struct extent *extent)
{
    struct chain chain = chain_at(walk, extent, extent->start);
    enum chain_end end;

    if (walk->sbrk_base == 0 && extent->arena == 0) { /* where the heap starts is not known: others may come first */
        uint64_t start = end_of_foreign(walk, extent, extent->start);
        chain.at = start ? start : chain.at;
        heap_walk_add_foreign(walk, extent->start, chain.at);
    }
    for (;;) {
        end = follow(&chain, UINT64_MAX);
        if (end != CHAIN_FENCE || extent->arena != 0)
            break;
        uint64_t next = end_of_foreign(walk, extent, chain.at);
        if (next == 0)
            break;
        walk->heap->arenas[0].foreign_bytes += next - chain.at;
        heap_walk_add_foreign(walk, chain.at, next);
        chain = chain_at(walk, extent, next);
    }
    check_end(walk, &chain, end);
}

/* Are links protected? The first chunk of a fast bin tells, if what it says leads somewhere in one way only. */
static void learn_from_fast_bin(struct heap_walk *walk, uint64_t header)
{
    uint64_t place = header + CHUNK_HEADER, stored;

    if (header == 0 || heap_walk_find_extent(walk, header) == NULL || !target_word(&walk->reader, place, &stored))
        return;
    uint64_t revealed = unprotect_pointer(place, stored);
    bool plain = stored == 0 || (stored % CHUNK_ALIGN == 0 && heap_walk_find_extent(walk, stored));
    bool safe = revealed == 0 || (revealed % CHUNK_ALIGN == 0 && heap_walk_find_extent(walk, revealed));
    if (plain != safe) {
        walk->safe_linking = safe;
        walk->safe_linking_known = true;
    }
}

void chunk_walk_begin(struct heap_walk *walk)
{
    walk->lowest = walk->extent_count ? walk->extents[0].start : 0;
    walk->highest = walk->extent_count ? walk->extents[walk->extent_count - 1].end : 0;
    for (size_t i = 0; i < walk->heap->arena_count; i++)
        for (size_t bin = 0; bin < FAST_BIN_COUNT && !walk->safe_linking_known; bin++)
            learn_from_fast_bin(walk, walk->arenas[i].fast_bins[bin]);
}

void chunk_walk_run(struct heap_walk *walk, const struct extent *extent)
{
    if (extent->mapped) {
        add_block(walk, extent->block - CHUNK_HEADER, extent->block_size);
        return;
    }
    walk->heap->arenas[extent->arena].heaps++;
    walk_arena_memory(walk, extent);
}

uint64_t chunk_walk_try(struct heap_walk *walk, uint64_t start, uint64_t limit)
{
    const struct extent extent = {.start = start, .end = limit};
    struct chain chain = chain_at(walk, &extent, start);
    uint64_t end = 0;

    chain.quiet = true;
    switch (follow(&chain, walk->trials)) {
    case CHAIN_FENCE:
        end = chain.at;
        break;
    case CHAIN_TOP:
        end = chain.at + walk->arenas[0].top_size;
        break;
    default:
        break;
    }
    if (end == 0 || end > limit || end < start) {
        take_trials(walk, chain.hops);
        return 0;
    }
    return end;
}
