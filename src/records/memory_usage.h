/* SPDX-License-Identifier: MIT
 *
 * Where the resident memory of a process is. What the kernel tells of it is read while the process stands still; the rest is
 * arithmetic on plain values, and can be done when the process runs again. */
#ifndef LEAKWATCH_RECORDS_MEMORY_USAGE_H
#define LEAKWATCH_RECORDS_MEMORY_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/maps.h"
#include "base/page_runs.h"

/* Each resident byte is of one kind. */
enum memory_kind {
    MEMORY_LIVE,      /* blocks of the program in the allocator's arenas */
    MEMORY_CACHED,    /* free, kept for threads (tcache, fast bins) */
    MEMORY_FREE,      /* free, elsewhere in the arenas */
    MEMORY_ALLOCATOR, /* the allocator's own: heads of heaps, its tables */
    MEMORY_UNDIVIDED, /* of the allocator, too; which of the three kinds before it is was not looked at */
    MEMORY_BLOCKS,    /* blocks with mappings of their own */
    MEMORY_STACKS,    /* of threads */
    MEMORY_FILES,     /* programs, libraries (with .bss), other mapped files */
    MEMORY_OWN,       /* anonymous mappings and program break that no allocator is known to own */
    MEMORY_SHARED,    /* shared memory */
    MEMORY_LEAKWATCH, /* the ledger and the shim */
    MEMORY_OTHER,     /* vDSO and the like, devices */
    MEMORY_KINDS
};

/* A range that is of another kind than its mapping suggests. */
struct memory_claim {
    uint64_t start, end;
    enum memory_kind kind;
};

/* What the kernel says of a process that stands still. Bytes. */
struct resident_memory {
    bool known;                  /* both the sums and the pages could be read */
    uint64_t rss;                /* VmRSS of /proc/PID/status */
    uint64_t swapped;            /* VmSwap */
    uint64_t huge_pages;         /* HugetlbPages: not part of the RSS */
    uint64_t page_tables;        /* VmPTE: not part of it either */
    struct page_runs pages;      /* that are resident, by the process's page tables */
    struct memory_claim *claims; /* that come from the memory itself: data of libraries with their .bss; owned */
    size_t claim_count, claim_capacity;
};

void resident_memory_claim(struct resident_memory *resident, uint64_t start, uint64_t end, enum memory_kind kind);
void resident_memory_finish(struct resident_memory *resident);

/* The rest of a mapping, or the whole of it, that is MEMORY_OWN. */
struct own_mapping {
    uint64_t start, end; /* of the mapping */
    uint64_t resident;
    char name[32]; /* that the program gave it (prctl(2), PR_SET_VMA_ANON_NAME), cut off; "": none */
};
#define OWN_MAPPINGS_KEPT 8

struct memory_usage {
    bool known;
    uint64_t rss, swapped, huge_pages, page_tables; /* as in struct resident_memory */
    uint64_t resident[MEMORY_KINDS];
    /* RSS less the sum of all kinds. Not 0 where the kernel's counters and page tables differ: from Linux 6.2 to 6.16 counters lag
     * behind by some pages for each processor, and before 6.7 the shared page of zeros is told as a resident one. */
    int64_t uncounted;
    struct own_mapping own[OWN_MAPPINGS_KEPT]; /* those with the most resident memory, the largest first */
    size_t own_count, own_total;               /* how many are kept, and how many there are with resident memory */
    const char *undivided;                     /* why memory is MEMORY_UNDIVIDED; static; NULL: nothing is */
    const char *allocator;                     /* that was recognised: "glibc", "jemalloc"; static; NULL: none was */
    const char *runtime; /* whose objects are among the program's own mappings: "Java"; static; NULL: none is known */
};

/* Adds up `resident` by the kinds of the mappings, and by those of its claims, of which earlier ones (by start) win over later
 * ones where they overlap: sorts them. The result is not known if `resident` is not. */
void memory_usage_sum(const struct memory_maps *maps, struct resident_memory *resident, struct memory_usage *usage);

/* Moves `bytes`, or as many as there are, from one kind to another. */
void memory_usage_move(struct memory_usage *usage, enum memory_kind from, enum memory_kind to, uint64_t bytes);

/* The sum of what the allocator holds without the program using it, and of what the program has from it. */
uint64_t memory_usage_free(const struct memory_usage *usage);
uint64_t memory_usage_live(const struct memory_usage *usage);

/* Whether free memory inside the allocator is what makes the process large: the most of what the allocator has, a third of the RSS
 * at least, and worth a word at all (8 MiB). With less, other parts say more of the size than fragmentation does. */
bool memory_usage_is_fragmented(const struct memory_usage *usage);

#endif
