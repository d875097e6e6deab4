/* SPDX-License-Identifier: MIT
 *
 * The functions, or the objects, of a symbol table, sorted by address: libdwfl's own search walks the whole table for each address.
 * Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_INDEX_H
#define LEAKWATCH_ELF_SYMBOL_INDEX_H

#include <stdint.h>

#include <elfutils/libdwfl.h>

struct symbol_index;

enum symbol_kind { SYMBOL_FUNCTION, SYMBOL_OBJECT };

/* Never NULL: a module without symbols has an empty index. Thread-local variables have no address and are no objects. */
struct symbol_index *symbol_index_create(Dwfl_Module *module, enum symbol_kind kind);
void symbol_index_destroy(struct symbol_index *index);

/* Name of the function or object that covers the address, NULL if there is none; lives as long as the module. Of several names for
 * one thing the one that programs use: "strdup" rather than "__strdup". Stores where it begins. */
const char *symbol_index_find(const struct symbol_index *index, uint64_t address, uint64_t *start);

#endif
