/* SPDX-License-Identifier: MIT
 *
 * A snapshot: all that the leak analysis knows of a stopped process. Plain values and a memory_view; how they were obtained
 * (ledger, glibc's own structures, a test) is not its business. */
#ifndef LEAKWATCH_HEAP_SNAPSHOT_H
#define LEAKWATCH_HEAP_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"

enum heap_allocator { HEAP_MALLOC, HEAP_NEW, HEAP_NEW_ARRAY };

/* One live block, 16 bytes: tens of millions of them are held at once. Sizes are requested bytes, saturated at 1 TiB - 1. */
struct heap_block {
    uint64_t address : 48;
    uint64_t allocator : 3; /* enum heap_allocator */
    uint64_t ignored : 1;   /* the program asked not to report it: counts as reachable */
    uint64_t epoch : 9;
    uint64_t unused : 3;
    uint64_t size : 40;
    uint64_t site : 24; /* index into snapshot.sites; 0: call site not known */
};
_Static_assert(sizeof(struct heap_block) == 16, "memory bound of the analysis");

struct heap_site {
    const uint64_t *frames; /* return addresses, innermost first; owned by the snapshot, each array allocated by itself */
    uint16_t frame_count;
    bool truncated;
    uint32_t generation; /* which modules were loaded; see struct module in process_record.h */
    uint64_t taken_blocks, taken_bytes, given_blocks, given_bytes; /* totals since the start */
    uint64_t peak_blocks, peak_bytes;                              /* live at the recorded peak */
    char *content; /* of a group in place of a call site: what its blocks are, a type as "_ZTS" and its mangled name; owned; or NULL
                    */
    uint64_t points_to; /* of a group: where in a loaded file the first word of its blocks points; 0: it is no such group */
};

enum region_kind {
    REGION_ANONYMOUS,    /* also .bss tails and named anonymous memory */
    REGION_HEAP,         /* belongs to the allocator as a whole: only live blocks are looked at */
    REGION_FILE,         /* private file mapping: .data and the like */
    REGION_LIBC_DATA,    /* writable data of the C library: holds allocator bins, so only pointers to block starts count */
    REGION_SHARED,       /* shared memory */
    REGION_STACK,        /* the main thread's stack */
    REGION_THREAD_STACK, /* mapped for a thread's stack (MAP_STACK) */
};

/* A readable and writable mapping, or a part of one. Sorted by start, disjoint. Memory of the ledger and of the shim is left out.
 */
struct memory_region {
    uint64_t start, end;
    enum region_kind kind;
};

struct thread_state {
    int tid;
    bool registers_valid;   /* false: the thread could not be stopped; only its stack pointer and thread pointer may be known */
    bool registers_dead;    /* the thread is inside exit_group or the like: registers hold nothing that is still alive */
    uint64_t stack_pointer; /* 0: not known */
    uint64_t
        stack_alive; /* lowest address of the stack that is still alive: stack_pointer less the red zone, or the CFA of exit() */
    uint64_t thread_pointer; /* fs_base; 0: not known */
    uint64_t registers[18];  /* in the order of thread_register_name(), as many as register_count says */
    unsigned register_count;
};

struct snapshot {
    struct memory_view memory;
    struct heap_block *blocks; /* sorted by address, disjoint; owned */
    size_t block_count;
    struct heap_site *sites; /* [0] stands for "not known"; owned, frames too */
    size_t site_count;
    struct memory_region *regions; /* owned */
    size_t region_count;
    struct thread_state *threads; /* owned */
    size_t thread_count;
    uint64_t *root_words; /* further values that count as pointers: epoll data and the like; owned */
    size_t root_word_count;
    struct root_range {
        uint64_t address, size;
    } * root_ranges; /* registered by the program; owned */
    size_t root_range_count;
    struct code_range {
        uint64_t start, end;
    } loader;                      /* text of the dynamic linker: blocks it took itself are never leaks */
    struct code_range *executable; /* executable mappings, sorted: what a vtable points to; owned */
    size_t executable_count;
    struct code_range *file_mapped; /* readable file mappings, sorted: where a vtable lies; owned */
    size_t file_mapped_count;
    struct loaded_file { /* mappings of a file with code, one behind the other, with the memory for .bss */
        uint64_t start, end;
        char *path;
    } * loaded_files; /* sorted by start; owned, paths too */
    size_t loaded_file_count;
    uint64_t pthread_size; /* sizeof(struct pthread) of the target's C library; 0: not known */
    bool glibc;            /* glibc's allocator: blocks mapped one by one cover whole pages and share mappings with other memory */
};

/* The thread pointer of each thread, 0 where it is not known. The caller frees the array. */
uint64_t *snapshot_thread_pointers(const struct snapshot *snapshot);

/* Index of the first of sorted blocks that begins at `address` or above it; `count` if there is none. */
size_t heap_block_find(const struct heap_block *blocks, size_t count, uint64_t address);

/* "rax"; "another" for an index that has no name. Static. */
const char *thread_register_name(unsigned index);

/* The range that holds the address, of sorted ones; NULL if none does. */
const struct code_range *code_range_find(const struct code_range *ranges, size_t count, uint64_t address);

/* The loaded file that the address belongs to; NULL if none does. */
const struct loaded_file *snapshot_loaded_file(const struct snapshot *snapshot, uint64_t address);
/* The region that holds the address, NULL if none does. */
const struct memory_region *snapshot_region(const struct snapshot *snapshot, uint64_t address);

/* Releases all that the snapshot owns, not the struct itself. */
void snapshot_finish(struct snapshot *snapshot);

#endif
