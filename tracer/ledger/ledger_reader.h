/* SPDX-License-Identifier: MIT
 *
 * Reads a ledger out of somebody's memory. The only part of the supervisor that knows preload/ledger.h in depth. Whatever the
 * memory holds, what comes out is well-formed: blocks sorted and disjoint, site ids in range, sizes bounded.
 *
 * And it costs no more than a true ledger. Pointers are followed only into arenas, which are private memory of the process, at most
 * 65,536 of 4 MiB. All that is read is claimed, and more than there is cannot be claimed, so each byte is read once; what must have
 * been written in whole (call sites and their frames) has to be covered by pages with data. So reading takes time in proportion to
 * the memory that the process itself has spent on its ledger, and at most sixteen times as much memory: what is made of the rarest
 * case, a page with one word for a block, is a line of the block index (heap/block_index.h) for 1 MiB of addresses. */
#ifndef LEAKWATCH_TRACER_LEDGER_LEDGER_READER_H
#define LEAKWATCH_TRACER_LEDGER_LEDGER_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_range.h"
#include "heap/snapshot.h"
#include "preload/ledger.h"

/* Memory that the program mapped itself. */
struct ledger_mapping {
    uint64_t address, size;
    uint32_t site;
};

struct ledger_contents {
    bool corrupt; /* parts were damaged and left out */
    uint32_t flags, off_reason, epoch, generation;
    struct heap_block *blocks; /* sorted by address, disjoint; owned */
    size_t block_count, block_capacity;
    struct heap_site *sites; /* [0] is "not known"; owned, frames too; NULL if not asked for */
    size_t site_count;
    uint64_t *freed; /* with LW_LATE: addresses of blocks whose free was seen, and at which none was taken since; sorted; owned */
    size_t freed_count, freed_capacity;
    struct ledger_mapping *mappings; /* sorted by address; owned */
    size_t mapping_count, mapping_capacity;
    struct lw_fault faults[LW_FAULTS];
    size_t fault_count, faults_dropped;
    struct root_range *root_ranges; /* owned */
    size_t root_range_count;
    struct address_range *memory; /* of the ledger: the shim's data and what it mapped; sorted; owned */
    size_t memory_count;
    char *suppressions;          /* owned; NULL if there are none */
    struct lw_failures failures; /* all zero without LW_FAILING */
    uint64_t allocations, frees, allocated_bytes, freed_bytes;
    bool with_heap; /* blocks and mappings were read */
    bool partial;   /* there are blocks that are not among them */
    uint64_t peak_bytes, mapped_bytes, lost_blocks;
};

/* Where a ledger is. */
struct ledger_place {
    uint64_t address;
    struct address_range data;      /* the shim's writable data, in which it lies */
    const struct memory_maps *maps; /* of the process; NULL: it is not asked what memory the ledger has mapped */
};

/* Reads a ledger. `with_heap`: blocks and mappings too, for which the process must stand still. Returns 0; -EFAULT if it cannot be
 * read, -ENOENT if the shim has not started yet, -EPROTO if it is no ledger of this version. The caller releases `contents` with
 * ledger_contents_finish() after 0. */
int ledger_read(const struct memory_view *memory, const struct ledger_place *where, bool with_heap,
                struct ledger_contents *contents);
void ledger_contents_finish(struct ledger_contents *contents);

#endif
