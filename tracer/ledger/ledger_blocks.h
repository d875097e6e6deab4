/* SPDX-License-Identifier: MIT
 * The block words of a ledger. Part of ledger_reader.h. */
#ifndef LEAKWATCH_TRACER_LEDGER_LEDGER_BLOCKS_H
#define LEAKWATCH_TRACER_LEDGER_LEDGER_BLOCKS_H

#include "ledger_reader.h"
#include "ledger_source.h"

/* Adds all live blocks and mappings to `contents`, in order of address. */
void ledger_blocks_read(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents);

/* Adds blocks that a realloc had just taken out of the words, unless they are there. They need not be sorted. */
struct moving_block {
    uint64_t address, word, size;
};
void ledger_blocks_add_moving(struct ledger_source *source, struct ledger_contents *contents, const struct moving_block *moving,
                              size_t count);

#endif
