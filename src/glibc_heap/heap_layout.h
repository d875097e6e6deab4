/* SPDX-License-Identifier: MIT
 *
 * Where glibc keeps what, on x86_64: offsets as facts. Each table covers one struct, because distributors carry single changes
 * back; which line of a table holds is found out from the memory itself, never from a version string. */
#ifndef LEAKWATCH_GLIBC_HEAP_LAYOUT_H
#define LEAKWATCH_GLIBC_HEAP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* malloc/malloc.c: struct malloc_chunk. A chunk has two words in front of its memory, of which the first belongs to the chunk
 * before it as long as that one is in use. */
#define CHUNK_HEADER   UINT64_C(16)
#define CHUNK_SIZE_MIN UINT64_C(32)
#define CHUNK_ALIGN    UINT64_C(16)
#define PREV_INUSE     UINT64_C(1)
#define IS_MMAPPED     UINT64_C(2)
#define NON_MAIN_ARENA UINT64_C(4)
#define SIZE_FLAGS     UINT64_C(7)
#define FENCEPOST_SIZE UINT64_C(16) /* ends memory that is not followed by the top chunk */

#define BIN_COUNT       128 /* NBINS; number 0 does not exist, 1 is the unsorted bin, those below 64 are small */
#define BIN_UNSORTED    1
#define BIN_LARGE_FIRST 64
#define FAST_BIN_COUNT  10
#define TCACHE_BINS_MAX 76
#define TCACHE_SMALL    64 /* bins of one size each; those above hold ranges */

/* malloc/malloc.c: struct malloc_state. */
struct arena_layout {
    const char *versions;
    uint16_t size;
    uint16_t fast_bins; /* 0: there are none */
    uint16_t top;
    uint16_t bins; /* two words for each bin from number 1 on */
    uint16_t next;
    uint16_t system_mem; /* max_system_mem follows */
};

/* malloc/malloc.c: struct malloc_par. */
struct parameters_layout {
    const char *versions;
    uint16_t n_mmaps;     /* n_mmaps_max, max_n_mmaps and no_dyn_threshold follow, int each */
    uint16_t mmapped_mem; /* max_mmapped_mem follows */
    uint16_t sbrk_base;
};

/* malloc/malloc.c: struct tcache_perthread_struct. */
struct tcache_layout {
    const char *versions;
    uint8_t bins;
    uint8_t count_size; /* bytes of one count */
    bool counts_free;   /* the counts say how many more chunks a bin takes, not how many it holds */
    uint16_t entries;
    uint16_t chunk_size; /* of the chunk that holds the struct */
};

extern const struct arena_layout arena_layouts[];
extern const size_t arena_layout_count;
extern const struct parameters_layout parameters_layouts[];
extern const size_t parameters_layout_count;
extern const struct tcache_layout tcache_layouts[];
extern const size_t tcache_layout_count;

/* malloc/arena.c: sizes of heap_info, the start of a heap of an arena that is not the main one. */
extern const uint16_t heap_info_sizes[];
extern const size_t heap_info_size_count;
/* malloc/arena.c: HEAP_MAX_SIZE, to which heaps are aligned. */
extern const uint64_t heap_alignments[];
extern const size_t heap_alignment_count;

/* The bin that chunks of a size belong to once they are sorted (malloc/malloc.c: bin_index). */
unsigned bin_of_size(uint64_t size);
/* The bin of the tcache for a chunk size; TCACHE_BINS_MAX and above: none (csize2tidx, large_csize2tidx). */
unsigned tcache_bin_of_size(uint64_t size);
/* The fast bin for a chunk size (fastbin_index). */
static inline uint64_t fast_bin_of_size(uint64_t size)
{
    return (size >> 4) - 2;
}

/* Pointers of singly linked lists are stored as they are up to 2.31, and from 2.32 on ("safe linking") XORed with the page number
 * of the place where they are stored (PROTECT_PTR). */
static inline uint64_t unprotect_pointer(uint64_t place, uint64_t stored)
{
    return place >> 12 ^ stored;
}

#endif
