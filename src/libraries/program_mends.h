/* SPDX-License-Identifier: MIT
 *
 * What would mend a program that execve(2) refuses. Private to src/elf/. */
#ifndef LEAKWATCH_LIBRARIES_PROGRAM_MENDS_H
#define LEAKWATCH_LIBRARIES_PROGRAM_MENDS_H

#include "library_model.h"

struct library_store;

void program_mends_add(struct library_store *store, struct library_program *program);

/* A word as a shell takes it; in `arena`. */
const char *program_mends_quote(const char *word, struct arena *arena);

#endif
