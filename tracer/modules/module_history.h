/* SPDX-License-Identifier: MIT
 *
 * Which executable files were mapped where, and when, counted in generations of the ledger: a call site names its code by address,
 * and the address may mean another module after a dlclose. */
#ifndef LEAKWATCH_TRACER_MODULES_MODULE_HISTORY_H
#define LEAKWATCH_TRACER_MODULES_MODULE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/process_record.h"

struct memory_maps;

struct module_history {
    struct module *modules; /* those still mapped have last_generation UINT32_MAX */
    size_t count, capacity;
};

void module_history_copy(struct module_history *history, const struct module_history *original);
void module_history_finish(struct module_history *history);

/* A file was mapped executable: `module` says where and which (its path is taken over, its generations are set here). */
void module_history_add(struct module_history *history, struct module module, uint32_t generation);
/* Whether a module that is still there has a part in this range. */
bool module_history_overlaps(const struct module_history *history, uint64_t start, uint64_t size);
/* A range of addresses was unmapped or replaced: modules in it end with this generation. */
void module_history_remove(struct module_history *history, uint64_t start, uint64_t size, uint32_t generation);

/* All modules that were ever there: those of `maps`, with the generation since which they are known, and those gone. The caller
 * owns the array and the paths in it. Returns their number. */
size_t module_history_merge(const struct module_history *history, const struct memory_maps *maps, struct module **modules);

#endif
