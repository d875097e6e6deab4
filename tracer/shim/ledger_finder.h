/* SPDX-License-Identifier: MIT
 *
 * Where the ledger of an address space is. There is no handshake: the shim's file is among the mappings, and its symbol table says
 * the rest. */
#ifndef LEAKWATCH_TRACER_SHIM_LEDGER_FINDER_H
#define LEAKWATCH_TRACER_SHIM_LEDGER_FINDER_H

#include <stdbool.h>

#include "base/maps.h"
#include "tracer/ledger/ledger_reader.h"

struct address_space;
struct shim_file;

/* Finds and reads the ledger. Returns what ledger_read() does, and -ENOENT if the shim is not mapped. After 0 the caller releases
 * `contents` with ledger_contents_finish(). */
int ledger_find(const struct shim_file *shim, struct address_space *space, const struct memory_maps *maps, bool with_heap,
                struct ledger_contents *contents);

/* Where the shim is: all of it, and what of it can be written to. Returns false if it is not mapped. */
bool ledger_find_shim(const struct shim_file *shim, struct address_space *space, struct address_range *whole,
                      struct address_range *data);

/* Reads the current counts into space->sample, without anything standing still. Returns false if there are none. */
bool ledger_sample(const struct shim_file *shim, struct address_space *space);

/* lw_ledger.generation as it is now; 0 if there is no ledger yet. */
uint32_t ledger_generation(const struct shim_file *shim, struct address_space *space);

/* Whether the shim is done with its start, or has switched itself off. */
bool ledger_is_ready(const struct shim_file *shim, struct address_space *space);

/* Begins a new epoch: what is taken from now on can be told from what was there. */
void ledger_next_epoch(const struct shim_file *shim, struct address_space *space);

/* Tells the shim to map no more memory. */
void ledger_forbid_mapping(const struct shim_file *shim, struct address_space *space);

#endif
