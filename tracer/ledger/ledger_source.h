/* SPDX-License-Identifier: MIT
 *
 * Where the parts of a ledger may lie in the target's memory, and careful access to them. Everything read is foreign data: a
 * pointer is followed only into memory that the ledger itself has mapped. */
#ifndef LEAKWATCH_TRACER_LEDGER_LEDGER_SOURCE_H
#define LEAKWATCH_TRACER_LEDGER_LEDGER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_range.h"
#include "base/memory_view.h"

struct ledger_source {
    const struct memory_view *memory;
    struct address_range *extents; /* the shim's data and the arenas, sorted */
    size_t extent_count, extent_capacity;
    uint64_t unclaimed; /* bytes of the extents less what was claimed */
    uint64_t data;      /* the same of those in pages that hold data */
    bool corrupt;       /* something was not as the shim writes it */
};

/* Adds a range; ledger_source_sort() must follow the last, and leaves out ranges that overlap others. */
void ledger_source_add(struct ledger_source *source, uint64_t start, uint64_t end);
void ledger_source_sort(struct ledger_source *source);
void ledger_source_finish(struct ledger_source *source);

/* Whether [address, address + size) lies in one extent; else the source is marked corrupt. */
bool ledger_source_contains(struct ledger_source *source, uint64_t address, uint64_t size);
/* The same, and counts the range as read. The parts of a true ledger do not overlap, so all of them together are not larger than
 * the extents; what goes beyond that is refused, so that a ledger which leads to one place many times costs no more than a true
 * one. */
bool ledger_source_claim(struct ledger_source *source, uint64_t address, uint64_t size);
/* The same of something that the shim has written all of, so that there must be pages with data for it: memory that was mapped and
 * never touched costs the program nothing, and must cost us nothing. */
bool ledger_source_claim_data(struct ledger_source *source, uint64_t address, uint64_t size);
/* Copies an object of the ledger. Returns false, and marks the source corrupt, if it does not lie in the ledger or cannot be read.
 */
bool ledger_source_read(struct ledger_source *source, uint64_t address, void *object, size_t size);

/* Copies all of [address, address + size) with holes as zeros: untouched pages are not read. Returns false if a page with data
 * could not be read. */
bool ledger_source_read_sparse(struct ledger_source *source, uint64_t address, void *object, size_t size);

#endif
