/* SPDX-License-Identifier: MIT
 *
 * Which blocks can the program still reach? Two steps: `begin` reads the target (which must stand still), `finish` needs only what
 * was read. */
#ifndef LEAKWATCH_HEAP_LEAK_SCAN_H
#define LEAKWATCH_HEAP_LEAK_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "page_duplicates.h"

struct cold_pages;
struct snapshot;
struct leak_scan;

/* The kinds have valgrind's names and meanings. */
enum leak_kind { LEAK_DEFINITE, LEAK_INDIRECT, LEAK_POSSIBLE, LEAK_REACHABLE, LEAK_SUPPRESSED, LEAK_KINDS };

struct leak_amount {
    uint64_t blocks, bytes;
};

/* All blocks of one kind that were taken at one call site by one kind of allocator. */
struct leak_record {
    enum leak_kind kind;
    uint32_t site;
    uint8_t allocator; /* enum heap_allocator */
    bool cycle;        /* definite only: at least one of the blocks is the representative of a ring */
    struct leak_amount direct;
    struct leak_amount indirect; /* definite only: what is lost with these blocks */
    struct leak_amount cold;     /* of `direct`: blocks on untouched pages, and their bytes that take memory */
    uint64_t example;            /* address of one block */
    struct leak_example {
        uint64_t address, size;
    } * examples; /* the first of the blocks, as many as were wished; owned */
    size_t example_count;
};

struct leak_result {
    struct leak_record *records; /* by kind, then direct + indirect bytes, largest first; owned */
    size_t record_count;
    struct leak_amount total[LEAK_KINDS];
    struct leak_amount cold[LEAK_KINDS]; /* as in the records */
    struct page_duplicates duplicates;   /* if they were wished for */
    struct leak_amount
        unconfirmed;           /* lost blocks that `confirmed` did not want to be counted: they are in no record and no total */
    uint64_t unreadable_bytes; /* of blocks and roots that could not be read: what they point to may be called leaked in error */
    uint64_t invalid_blocks;   /* entries of the snapshot that cannot be blocks, or start where another one does; left out */
    struct pointer_answer *answers; /* to leak_wishes.addresses, in their order; see who_points_at.h; owned */
    size_t answer_count;
};

/* Reads blocks and roots, and finds out what is reachable. The snapshot must outlive the scan. Never NULL. */
struct leak_scan *leak_scan_begin(const struct snapshot *snapshot);

struct heap_block;

/* What else is to be found out. All zero: nothing. */
struct leak_wishes {
    size_t examples; /* blocks of each record that are to be told one by one */
    /* Asked for each block that is definitely, indirectly or possibly lost, in ascending order of addresses: is it to be counted?
     * `confirmed` may be NULL: all are. */
    bool (*confirmed)(void *context, const struct heap_block *block);
    void *context;
    const uint64_t *addresses; /* address_count: who points there? */
    size_t address_count;
    const struct cold_pages *cold;               /* which blocks lie on untouched pages? NULL: not asked */
    const struct duplicate_settings *duplicates; /* how many pages are equal? NULL: not asked. Reads them all once more */
};

/* Before leak_scan_finish(); what the wishes point to must live as long as the scan. */
void leak_scan_wish(struct leak_scan *scan, const struct leak_wishes *wishes);

/* Asked once for each (call site, kind) that has blocks of kind definite, indirect or possible: shall it be suppressed? */
typedef bool leak_suppressed(void *context, uint32_t site, enum leak_kind kind);

/* Completes the kinds and sums up. `suppressed` may be NULL. Blocks that hang below a suppressed block go with it.
 * The scan is used up and released. The caller releases the result with leak_result_finish(). */
void leak_scan_finish(struct leak_scan *scan, leak_suppressed *suppressed, void *context, struct leak_result *result);

void leak_result_finish(struct leak_result *result);

#endif
