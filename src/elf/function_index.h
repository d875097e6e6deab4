/* SPDX-License-Identifier: MIT
 *
 * Which functions, inlined ones included, cover an address, according to DWARF. Built step by step: the units of a file when it is
 * first asked, the functions of a unit when an address in it is. libdw's own search needs .debug_aranges, which not every compiler
 * writes, and walks a whole unit for each address. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_FUNCTION_INDEX_H
#define LEAKWATCH_ELF_FUNCTION_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include <elfutils/libdwfl.h>

#define FUNCTION_SCOPES_MAX 64

struct function_scopes {
    Dwarf_Die unit; /* the one that has the line table */
    /* The function, then the functions inlined into one another down to the address; deeper ones are left out. */
    Dwarf_Die dies[FUNCTION_SCOPES_MAX];
    size_t count;
};

struct function_index;

/* Never NULL. */
struct function_index *function_index_create(Dwfl_Module *module);
void function_index_destroy(struct function_index *index);

/* `address` as the debugging information counts: the module's less the bias that dwfl_module_getdwarf() told. False: no unit covers
 * the address. With `count` 0 no function in it does. */
bool function_index_find(struct function_index *index, Dwarf_Addr address, struct function_scopes *scopes);

#endif
