/* SPDX-License-Identifier: MIT
 *
 * The live blocks of a process that uses glibc's malloc, read out of the allocator's own structures: no symbols, no help of the
 * process. It must stand still meanwhile. */
#ifndef LEAKWATCH_GLIBC_HEAP_H
#define LEAKWATCH_GLIBC_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/page_runs.h"
#include "heap/snapshot.h"

struct memory_maps;

/* In ascending order of trouble. */
enum glibc_heap_state {
    GLIBC_HEAP_COMPLETE,
    GLIBC_HEAP_PARTIAL,   /* something is missing, or could not be checked: see `problem` */
    GLIBC_HEAP_NOT_FOUND, /* no arena of a known layout: malloc was never used, or is not glibc's */
    GLIBC_HEAP_LOCKED,    /* a thread is changing an arena: let the process run on a little, and try again */
    GLIBC_HEAP_CORRUPT,   /* structures contradict each other at `problem_address` */
};

enum glibc_heap_problem {
    GLIBC_HEAP_NO_PROBLEM,
    /* Something is missing. */
    GLIBC_HEAP_SECOND_LIBRARY,   /* another C library with a heap of its own (dlmopen); only the first one's is told */
    GLIBC_HEAP_AREA_MISSING,     /* an arena took more from the system than was found */
    GLIBC_HEAP_MAPPED_UNCHECKED, /* malloc's own count of mapped chunks was not found, so that those told are not checked */
    GLIBC_HEAP_MAPPED_MISMATCH,  /* malloc's own count of mapped chunks says something else */
    GLIBC_HEAP_ARENA_LEFT_OUT,   /* an arena is locked, and was left out as the caller wished */
    GLIBC_HEAP_TCACHE_UNCHECKED, /* tcache of a thread not found though other threads have one */
    /* Locked. */
    GLIBC_HEAP_ARENA_LOCKED,
    /* Corrupt. */
    GLIBC_HEAP_BAD_ARENA,       /* fields of an arena make no sense */
    GLIBC_HEAP_BAD_HEAP,        /* heap_info makes no sense */
    GLIBC_HEAP_OVERLAP,         /* heaps overlap */
    GLIBC_HEAP_UNREADABLE,      /* no memory where a chunk should be */
    GLIBC_HEAP_BAD_SIZE,        /* chunk size too small, not a multiple of 16, or beyond the heap */
    GLIBC_HEAP_BAD_FLAGS,       /* flags of a chunk belong to another kind of heap */
    GLIBC_HEAP_BAD_PREV_SIZE,   /* the size of a free chunk is not repeated at its end */
    GLIBC_HEAP_FREE_NEIGHBOURS, /* two free chunks side by side */
    GLIBC_HEAP_TOP_MISSED,      /* the chain of chunks does not end at the top chunk */
    GLIBC_HEAP_BAD_TOP,         /* the top chunk does not end where its heap does */
    GLIBC_HEAP_BIN_BROKEN,      /* a bin leads to something that is no free chunk of its arena */
    GLIBC_HEAP_BIN_LINKS,       /* fd and bk of neighbours in a bin disagree */
    GLIBC_HEAP_BIN_WRONG,       /* a chunk is in a bin for other sizes */
    GLIBC_HEAP_NOT_IN_BIN,      /* a free chunk is in no bin */
    GLIBC_HEAP_FAST_BIN_BROKEN, /* a fast bin leads to something that is no chunk of its size */
    GLIBC_HEAP_TCACHE_BROKEN,   /* a tcache bin leads to something that is no chunk of its size */
};

struct glibc_chunks {
    uint64_t count;
    uint64_t bytes; /* with headers: chunk sizes */
};

/* Bytes in resident pages, page by page divided among those that share them. */
struct glibc_resident {
    uint64_t live;      /* blocks of the program */
    uint64_t cached;    /* in tcache and fast bins */
    uint64_t free;      /* in the other bins, and the top chunk */
    uint64_t allocator; /* the rest of the arena's memory: heads of heaps, fenceposts, tcache structs, and memory of others */
};

/* Where the memory of one arena is. The rest of system_bytes are heads of heaps, fenceposts, and memory of others. */
struct glibc_arena {
    uint64_t address;
    bool main;
    bool left_out;          /* locked, as the caller wished, or without sense: nothing else is known of it */
    uint32_t heaps;         /* runs of memory the arena has */
    uint64_t system_bytes;  /* taken from the system, as the arena says */
    uint64_t foreign_bytes; /* of others, between parts of the main arena (sbrk) */
    struct glibc_chunks live, tcache, fast_bins, unsorted, small_bins, large_bins, top;
    struct glibc_chunks own;        /* held by malloc itself: tcache structs */
    struct glibc_resident resident; /* all zero if not known */
    uint64_t resident_free_bytes;   /* whole resident pages of free chunks and the top chunk: what malloc_trim() gives back */
    uint64_t largest_free;          /* chunk size, the top left out */
    uint64_t pin_address;           /* the highest live block in the heap of the top chunk: 0 if there is none */
    uint64_t pin_size;
    uint64_t pin_distance; /* bytes between its end and the top chunk */
};

/* Memory of an arena, or of a block with a mapping of its own. */
struct glibc_extent {
    uint64_t start, end; /* heads of heaps included, and what a heap keeps behind its end */
    bool mapped;
};

struct glibc_heap {
    enum glibc_heap_state state;
    enum glibc_heap_problem problem; /* the first of the gravest kind */
    uint64_t problem_address;
    /* Sorted by address, disjoint. The size is what malloc_usable_size() says: what was asked for is not known. Owned. */
    struct heap_block *blocks;
    size_t block_count;
    struct glibc_arena *arenas; /* the main arena first; owned */
    size_t arena_count;
    struct glibc_foreign { /* memory in the program break that others took: before, between and behind the main arena */
        uint64_t start, end;
    } * foreign; /* sorted; owned */
    size_t foreign_count, foreign_capacity;
    struct glibc_extent *extents; /* sorted, disjoint; owned */
    size_t extent_count;
    struct glibc_chunks mapped; /* blocks with mappings of their own, whole mappings counted */
    uint64_t mapped_expected;   /* how many there are as malloc counts; only if known */
    bool mapped_known;
    size_t tcaches;          /* found */
    size_t tcaches_orphaned; /* of these: of no known thread; what they hold counts as free, too */
    bool resident_known;     /* the caller said which pages are resident */
    const char *versions;    /* of glibc that have arenas of this layout; NULL: not known */
};

struct glibc_heap_request {
    const struct memory_view *memory;
    const struct memory_maps *maps;
    const uint64_t *thread_pointers; /* fs_base of each thread; 0 if not known */
    size_t thread_count;
    const struct page_runs *resident; /* pages; NULL: not known */
    bool skip_locked; /* leave locked arenas out instead of giving up: for a process that stays in malloc for ever */
};

/* Reads the heap. Always fills `heap`; the caller releases it with glibc_heap_finish(). A process with one thread takes no lock in
 * malloc (SINGLE_THREAD_P): where it says CORRUPT, let it run on a little, and believe it if the same place is named again. */
void glibc_heap_read(const struct glibc_heap_request *request, struct glibc_heap *heap);
void glibc_heap_finish(struct glibc_heap *heap);

/* Whether a thread is changing an arena right now: a glance, before all of the memory is copied or read. Threads are not asked. */
bool glibc_heap_is_locked(const struct memory_view *memory, const struct memory_maps *maps);

/* A few words, without capital and full stop. */
const char *glibc_heap_problem_text(enum glibc_heap_problem problem);

#endif
