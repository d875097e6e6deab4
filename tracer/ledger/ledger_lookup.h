/* SPDX-License-Identifier: MIT
 * What a ledger says of single addresses, without reading all of it. Part of ledger_reader.h. */
#ifndef LEAKWATCH_TRACER_LEDGER_LEDGER_LOOKUP_H
#define LEAKWATCH_TRACER_LEDGER_LEDGER_LOOKUP_H

#include "ledger_reader.h"

struct ledger_block {
    uint64_t address;
    uint64_t size;                   /* 0: not known, which is so where stacks of frees are kept */
    uint32_t taken_site, given_site; /* 0: not known */
};

/* The live block that the address is in. `ledger`: its address; 0: there is none. Blocks that began more than 1 MiB before, or
 * before a multiple of 1 MiB, are not found. Returns false if there is none. */
bool ledger_find_live(const struct memory_view *memory, uint64_t ledger, uint64_t address, struct ledger_block *block);
/* Whether a live block begins at this address. */
bool ledger_is_live(const struct memory_view *memory, uint64_t ledger, uint64_t address);

/* The freed block that `start` was in, else the first that began in [start, end): its memory has not been handed out again since.
 * Found as live ones are; its sites are those of `contents`, which was read from the ledger. Returns false if there is none. */
bool ledger_find_freed(const struct memory_view *memory, uint64_t ledger, const struct ledger_contents *contents, uint64_t start,
                       uint64_t end, struct ledger_block *block);

#endif
