/* SPDX-License-Identifier: MIT
 *
 * A heap of glibc made up by a test, in the layout of a release. */
#ifndef LEAKWATCH_TEST_FAKE_HEAP_H
#define LEAKWATCH_TEST_FAKE_HEAP_H

#include "base/maps.h"
#include "glibc_heap/glibc_heap.h"

/* Where things are. */
#define FAKE_LIBRARY UINT64_C(0x7f1000000000) /* data of the C library, 4 pages */
#define FAKE_MAIN    (FAKE_LIBRARY + 0x1c80)  /* main_arena */
#define FAKE_MP      (FAKE_LIBRARY + 0x800)   /* mp_ */
#define FAKE_BRK     UINT64_C(0x555500000000) /* [heap], 256 KiB */
#define FAKE_BRK_END (FAKE_BRK + 0x40000)
#define FAKE_TLS     UINT64_C(0x7f2000000000) /* a page; fs_base of the first thread is in its middle */
#define FAKE_HEAP    UINT64_C(0x7f3000000000) /* first heap of the second arena, 256 KiB of 64 MiB */
#define FAKE_MAPPED  UINT64_C(0x7f4000000000) /* anonymous mappings, 1 MiB */

/* A release, as its headers say it; see fake_heap.c. */
struct fake_release {
    const char *name;
    size_t state_size, fast, top, bins, next, system_mem;
    size_t mp_n_mmaps, mp_mmapped_mem, mp_sbrk_base;
    size_t tcache_size, tcache_entries;
    unsigned tcache_bins, count_size;
    bool counts_free, safe_linking, later_mapped;
    size_t heap_info;
};
extern const struct fake_release fake_releases[];
extern const size_t fake_release_count;
const struct fake_release *fake_release_named(const char *name);

struct fake_heap {
    const struct fake_release *release;
    struct fake_part {
        uint64_t start, end;
        unsigned char *bytes;
    } parts[16];
    size_t part_count;
    struct memory_map map_array[16];
    struct memory_maps maps;
    struct memory_view view;
    uint64_t absent_start, absent_end; /* pages that hold no data */
    uint64_t hole_start, hole_end;     /* pages that cannot be read though they are mapped */
    uint64_t thread_pointers[4];
    size_t thread_count;
    bool skip_locked;
    uint64_t mapped_at, mapped_count, mapped_bytes;
    struct glibc_heap result;
};

/* A run of chunks that grows upward. */
struct fake_area {
    struct fake_heap *heap;
    uint64_t arena, at;
    uint64_t flags;     /* NON_MAIN_ARENA or 0 */
    uint64_t free_size; /* of the chunk before, if that is free */
};

/* A library with an initialised main arena that has no memory, and one thread without a tcache. */
struct fake_heap *fake_create(const struct fake_release *release);
void fake_destroy(struct fake_heap *heap);

void fake_map(struct fake_heap *heap, uint64_t start, uint64_t size, const char *path);
void fake_put(struct fake_heap *heap, uint64_t address, uint64_t word);
uint64_t fake_get(struct fake_heap *heap, uint64_t address);

struct fake_area fake_brk(struct fake_heap *heap);    /* maps it */
struct fake_area fake_second(struct fake_heap *heap); /* maps the first heap of a second arena, and links that */

/* All return the header of the chunk. Sizes are chunk sizes. */
uint64_t fake_live(struct fake_area *area, uint64_t size);
uint64_t fake_free(struct fake_area *area, uint64_t size, unsigned bin); /* at the end of the bin */
uint64_t fake_fast(struct fake_area *area, uint64_t size);               /* in the fast bin of its size */
void fake_top(struct fake_area *area, uint64_t end);                     /* and what the arena has from the system */
void fake_fence(struct fake_area *area);
uint64_t fake_mapped(struct fake_heap *heap, uint64_t pages, uint64_t offset);

/* A tcache for a thread, as a live chunk; puts a chunk of the area, live so far, into it. */
uint64_t fake_tcache(struct fake_area *area, size_t thread);
void fake_cache(struct fake_heap *heap, uint64_t tcache, uint64_t chunk);

/* Reads the heap into heap->result, and fails the test if the state is another. */
void fake_read(struct fake_heap *heap, enum glibc_heap_state expected);
/* The same for a broken heap. */
void fake_read_problem(struct fake_heap *heap, enum glibc_heap_problem problem, uint64_t address);
bool fake_has_block(const struct fake_heap *heap, uint64_t chunk);

#endif
