/* SPDX-License-Identifier: MIT
 *
 * Symbols that objects use and define: which of them want a version, and which of them nobody provides. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_SYMBOLS_H
#define LEAKWATCH_LIBRARIES_LIBRARY_SYMBOLS_H

#include <stdint.h>

#include "library_model.h"

struct library_file;
struct library_store;

/* The names of the undefined symbols of `file` that have this index in DT_VERSYM. Stores an array in `arena`; returns how many, at
 * most 64. */
size_t library_symbols_of_version(struct library_store *store, const struct library_file *file, uint16_t version,
                                  struct arena *arena, const char ***names);

/* Fills in program->symbols: those that some object needs, not weakly, and no object of the program defines. */
void library_symbols_check(struct library_store *store, struct library_program *program);

#endif
