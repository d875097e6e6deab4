/* SPDX-License-Identifier: MIT
 *
 * What the steps of reading a heap share. */
#ifndef LEAKWATCH_GLIBC_HEAP_WALK_H
#define LEAKWATCH_GLIBC_HEAP_WALK_H

#include "base/maps.h"
#include "glibc_heap.h"
#include "heap_layout.h"
#include "target_reader.h"

#define ARENA_COUNT_MAX 65535

/* What an arena says of itself (malloc/malloc.c: struct malloc_state). */
struct arena_state {
    uint64_t address;
    uint32_t mutex;  /* 0: nobody changes the arena */
    bool senseless;  /* not to be walked */
    bool contiguous; /* flag NONCONTIGUOUS_BIT is not set */
    uint64_t fast_bins[FAST_BIN_COUNT];
    uint32_t fast_bins_used; /* a bit for each that is not empty */
    uint64_t top;            /* the arena's own dummy: no memory yet */
    uint64_t top_size;
    uint64_t top_flags;
    uint64_t bins[2 * (BIN_COUNT - 1)];
    uint64_t next;
    uint64_t system_mem, max_system_mem;
};

/* A run of memory that chunks fill. */
struct extent {
    uint64_t start, end; /* first chunk; end of the memory */
    uint64_t taken;      /* bytes of memory from the system, headers of heaps included */
    uint64_t mapped_end; /* end of the mapping, which may have room for more */
    uint32_t arena;      /* number */
    bool mapped;         /* one chunk with a mapping of its own */
    uint64_t block_size; /* of that: usable bytes */
    uint64_t block;      /* of that: address */
};

/* A chunk in the bins of an arena. 32 bytes: a torn heap has millions. */
struct free_chunk {
    uint64_t address : 48; /* of the header */
    uint64_t bin : 8;      /* where it was met; 0: nowhere yet */
    uint64_t unused : 8;
    uint64_t size : 48;
    uint64_t arena : 16;
    uint64_t fd, bk;
};
_Static_assert(sizeof(struct free_chunk) == 32, "memory bound of the walk");

/* heap_block.unused holds these during the walk; at its end only live blocks are left. */
enum block_use { BLOCK_LIVE, BLOCK_IN_TCACHE, BLOCK_IN_FAST_BIN, BLOCK_OWN };

/* During the walk a block that could be in a fast bin holds how far from it the block is that its first word leads to, in units of
 * 16 bytes, in fields that mean nothing yet: 24 bits of `site`, 9 of `epoch`, 3 of `allocator`. So lists of millions need not be
 * read in their random order. */
#define NOTED_BITS 36

static inline void block_note_link(struct heap_block *block, uint64_t next)
{
    int64_t distance = ((int64_t)next - (int64_t)block->address) / 16;
    uint64_t bits = (uint64_t)distance & ((UINT64_C(1) << NOTED_BITS) - 1);

    if (distance >> (NOTED_BITS - 1) != 0 && distance >> (NOTED_BITS - 1) != -1)
        return;
    block->ignored = 1;
    block->site = bits & 0xffffff;
    block->epoch = bits >> 24 & 0x1ff;
    block->allocator = bits >> 33 & 7;
}

/* 0: nothing is noted. */
static inline uint64_t block_noted_link(const struct heap_block *block)
{
    uint64_t bits = (uint64_t)block->allocator << 33 | (uint64_t)block->epoch << 24 | block->site;
    int64_t distance = (int64_t)(bits << (64 - NOTED_BITS)) >> (64 - NOTED_BITS);

    return block->ignored ? (uint64_t)((int64_t)block->address + distance * 16) : 0;
}

struct heap_walk {
    const struct glibc_heap_request *request;
    struct target_reader reader;
    struct glibc_heap *heap; /* the result; its blocks hold all chunks that are not in bins until the end */
    size_t block_capacity;
    const struct arena_layout *layout;
    struct arena_state *arenas; /* as many as in the result */
    struct extent *extents;     /* sorted by start once all are known */
    size_t extent_count, extent_capacity;
    struct free_chunk *free_chunks; /* sorted by address */
    size_t free_count, free_capacity;
    uint64_t lowest, highest;            /* bounds of all extents */
    uint64_t library_start, library_end; /* data of the C library where the main arena was found */
    uint64_t sbrk_base;                  /* first address of the main arena; 0: not known */
    uint64_t mapped_bytes_expected;
    uint64_t trials; /* chunks that may still be looked at on trial, so that no memory, however odd, takes for ever */
    bool safe_linking_known, safe_linking;
    bool left_out; /* some arena is */
};

/* Notes a problem; the gravest counts, and of those of one kind the first. */
void heap_walk_problem(struct heap_walk *walk, enum glibc_heap_problem problem, uint64_t address);

struct extent *heap_walk_add_extent(struct heap_walk *walk, struct extent extent);
void heap_walk_sort_extents(struct heap_walk *walk);
/* The extent that holds an address, or NULL. They must be sorted. */
const struct extent *heap_walk_find_extent(const struct heap_walk *walk, uint64_t address);

/* Notes memory of others in the program break; an empty range is none. */
void heap_walk_add_foreign(struct heap_walk *walk, uint64_t start, uint64_t end);
void heap_walk_sort_foreign(struct heap_walk *walk);

/* End of the readable and writable private memory without gaps that starts with the mapping of `address`; 0 if that is none. */
uint64_t heap_walk_memory_end(const struct heap_walk *walk, uint64_t address);

static inline bool arena_has_memory(const struct heap_walk *walk, const struct arena_state *arena)
{
    /* Before its first memory the unsorted bin stands in for the top chunk (initial_top). */
    return arena->top != 0 && arena->top != arena->address + walk->layout->bins - CHUNK_HEADER;
}

#endif
