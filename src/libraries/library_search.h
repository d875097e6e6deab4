/* SPDX-License-Identifier: MIT
 *
 * Which libraries a program loads, and from where: what ld.so(8) would do, found out without running anything. In the order in
 * which it loads them. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_SEARCH_H
#define LEAKWATCH_LIBRARIES_LIBRARY_SEARCH_H

#include "library_model.h"

struct library_file;
struct library_store;

/* What the program would have in its environment; NULL: nothing. Lent. */
struct library_environment {
    const char *library_path, *preload; /* LD_LIBRARY_PATH, LD_PRELOAD */
};

/* Fills in the objects of `program`, whose file is `file` and which has an interpreter or is a library itself; its versions, and
 * the members that say what was assumed. */
void library_search_run(struct library_store *store, const struct library_environment *environment, const struct library_file *file,
                        struct library_program *program);

/* Whether the kernel gives the program more rights than its user has, so that the dynamic linker trusts it less: as seen by the
 * user who asks. */
bool library_search_is_privileged(const struct library_file *file);

#endif
