/* SPDX-License-Identifier: MIT
 *
 * Where the objects of a running process keep the addresses of functions that they call: the slots that the dynamic linker fills,
 * found through the tables that it uses itself. They are read from memory that may hold anything. Pure. */
#ifndef LEAKWATCH_ELF_RELOCATION_SLOTS_H
#define LEAKWATCH_ELF_RELOCATION_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"

/* Called for each object in the list of the dynamic linker: what is added to an address of its file, and where its dynamic section
 * is in memory. Anything but 0 ends the walk. */
typedef int loaded_object_visit(void *context, uint64_t bias, uint64_t dynamic);

/* Walks the objects that the program was loaded with or has loaded itself, without those of other namespaces (dlmopen(3)). `debug`:
 * address of the dynamic linker's struct r_debug (<link.h>). Returns 0, what `visit` returned, -EFAULT if the list cannot be read,
 * or -ELOOP if it does not end. */
int loaded_objects_walk(const struct memory_view *memory, uint64_t debug, loaded_object_visit *visit, void *context);

/* The tables of one object, addresses in memory. */
struct relocation_tables {
    uint64_t bias;
    uint64_t symbols; /* DT_SYMTAB */
    uint64_t strings, strings_size;
    struct {
        uint64_t start, size; /* DT_RELA and DT_JMPREL; size 0: there is none */
    } relocations[2];
};

/* Reads the dynamic section at `dynamic`. Returns 0; -EFAULT if it cannot be read; -ENOEXEC if it makes no sense. */
int relocation_tables_read(const struct memory_view *memory, uint64_t bias, uint64_t dynamic, struct relocation_tables *tables);

/* A place that holds the address of a symbol. */
struct relocation_slot {
    uint64_t address;
    uint32_t symbol;  /* number in the symbol table */
    bool may_be_lazy; /* R_X86_64_JUMP_SLOT: until the first call it may lead into the object's own PLT */
};

/* Walks the slots with a symbol: R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT, and R_X86_64_64 with nothing added. Anything but 0 from
 * `visit` ends the walk. Returns 0, what `visit` returned, or -EFAULT if a table cannot be read. */
typedef int relocation_slot_visit(void *context, const struct relocation_slot *slot);
int relocation_slots_walk(const struct memory_view *memory, const struct relocation_tables *tables, relocation_slot_visit *visit,
                          void *context);

/* Whether the symbol of the slot has this name, of up to 63 characters. Stores the address that the object itself defines for it, 0
 * if it does not. */
bool relocation_slot_is_named(const struct memory_view *memory, const struct relocation_tables *tables,
                              const struct relocation_slot *slot, const char *name, uint64_t *definition);

#endif
