/* SPDX-License-Identifier: MIT
 *
 * What would mend a program that does not find its libraries, or cannot be executed. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_MENDS_H
#define LEAKWATCH_LIBRARIES_LIBRARY_MENDS_H

#include "library_file.h"

struct library_store;

/* Somebody who can name a package that is not installed, for a file of this name in a program for `target`. Stores kind,
 * sentence and command, made in `arena`; false: nobody knows. */
struct library_adviser {
    bool (*find_package)(void *context, const char *name, const struct library_target *target, struct arena *arena,
                         struct library_mend *mend);
    void *context;
};

/* Fills in the mends of `program`, and of its objects that are missing. `adviser`: may be NULL. */
void library_mends_add(struct library_store *store, const struct library_adviser *adviser, struct library_program *program);

/* Those for one file name that a process tried to open as a library, in vain. Stores an array in `arena`; returns how many. */
size_t library_mends_for_name(struct library_store *store, const struct library_adviser *adviser, const char *name,
                              const struct library_target *target, struct arena *arena, struct library_mend **mends);

#endif
