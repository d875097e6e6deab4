/* SPDX-License-Identifier: MIT
 *
 * Names for places in the files of one process, in data as well as in code: "ops", "main", a variable in .bss. */
#ifndef LEAKWATCH_REPORTING_OBJECT_NAMER_H
#define LEAKWATCH_REPORTING_OBJECT_NAMER_H

#include <stdbool.h>
#include <stdint.h>

struct process_record;
struct report_names;
struct snapshot;
struct symbolizer;

struct object_namer { /* all lent */
    struct symbolizer *symbolizer;
    struct report_names *names;
    const struct process_record *record; /* its modules */
    const struct snapshot *snapshot;     /* its loaded files */
};

/* Strings belong to the names of the report. */
struct object_name {
    const char *module;     /* path */
    const char *symbol;     /* demangled; NULL: not known */
    uint64_t symbol_offset; /* of the address in what has this name */
    uint64_t offset;        /* address as the module's own symbol table has it; without a symbol table at hand: in the mappings */
};

/* Names an address. Returns false if it lies in no loaded file. */
bool object_namer_find(const struct object_namer *namer, uint64_t address, struct object_name *name);

/* What the blocks of a group are whose first word points to this address: a type if it is a vtable, or "first word points to NAME".
 * The string belongs to the names of the report. */
const char *object_namer_group(const struct object_namer *namer, uint64_t address);

#endif
