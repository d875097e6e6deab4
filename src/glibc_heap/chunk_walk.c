/* SPDX-License-Identifier: MIT */
#include "glibc_heap/chunk_walk.h"

#include "glibc_heap/heap_walk.h"
#include "xalloc.h"

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

/* The chunk before `at`, whose header is `prev_size` and `head`: in use or free? */
static enum chain_end decide(struct chain *chain, uint64_t prev_size, uint64_t head)
{
    uint64_t header = chain->at - chain->size;

    if (head & PREV_INUSE) {
        if ((chain->flags & ~PREV_INUSE) != chain->in_use_flags)
            return fault(chain, GLIBC_HEAP_BAD_FLAGS, header);
        if (!chain->quiet)
            add_block(chain->walk, header, chain->size - 8); /* the next one's prev_size belongs to it, too */
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

/* Memory that is not followed by the top chunk ends in two headers of 16 bytes, of which the second has size 16 in the main arena,
 * 0 in others (malloc/malloc.c: sysmalloc). */
static enum chain_end at_fence(struct chain *chain, const uint64_t *words)
{
    uint64_t last = chain->extent->arena == 0 ? FENCEPOST_SIZE | PREV_INUSE : PREV_INUSE;

    if (words[3] != last)
        return fault(chain, GLIBC_HEAP_BAD_SIZE, chain->at);
    chain->at += 2 * FENCEPOST_SIZE;
    return CHAIN_FENCE;
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

/* Goes on from chain->at until the chain ends or `hops` chunks are done. */
static enum chain_end follow(struct chain *chain, uint64_t hops)
{
    enum chain_end result = CHAIN_GOES_ON;
    uint64_t limit = chain->extent->end;

    while (result == CHAIN_GOES_ON && hops) {
        uint64_t available, start = chain->at;
        if (start >= limit || limit - start < CHUNK_SIZE_MIN)
            return fault(chain, GLIBC_HEAP_TOP_MISSED, chain->at);
        const uint64_t *words = target_window(&chain->walk->reader, start, CHUNK_SIZE_MIN, limit, &available);
        if (words == NULL)
            return fault(chain, GLIBC_HEAP_UNREADABLE, start);
        while (result == CHAIN_GOES_ON && hops && chain->at - start <= available - CHUNK_SIZE_MIN) {
            result = step(chain, words + (chain->at - start) / 8);
            hops--;
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
            at = (at & ~(PAGE_BYTES - 1)) + PAGE_BYTES;
            continue;
        }
        uint64_t head = words[1];
        if ((head & SIZE_FLAGS) == PREV_INUSE && head >= CHUNK_SIZE_MIN && head - PREV_INUSE <= extent->end - at) {
            struct chain trial = chain_at(walk, extent, at);
            trial.quiet = true;
            if (follow(&trial, TRIAL_HOPS) != CHAIN_FAULT)
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
    }
    for (;;) {
        end = follow(&chain, UINT64_MAX);
        if (end != CHAIN_FENCE || extent->arena != 0)
            break;
        uint64_t next = end_of_foreign(walk, extent, chain.at);
        if (next == 0)
            break;
        walk->heap->arenas[0].foreign_bytes += next - chain.at;
        chain = chain_at(walk, extent, next);
    }
    check_end(walk, &chain, end);
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

    chain.quiet = true;
    switch (follow(&chain, UINT64_MAX)) {
    case CHAIN_FENCE:
        return chain.at;
    case CHAIN_TOP:
        return chain.at + walk->arenas[0].top_size <= limit ? chain.at + walk->arenas[0].top_size : 0;
    default:
        return 0;
    }
}
