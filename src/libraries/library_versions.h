/* SPDX-License-Identifier: MIT
 *
 * Versions of interfaces: what objects need of others, against what those have. See elf/dl-version.c of glibc. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_VERSIONS_H
#define LEAKWATCH_LIBRARIES_LIBRARY_VERSIONS_H

#include "library_model.h"

struct library_file;
struct library_store;

/* The index of the object that is known by `name`, or SIZE_MAX. */
typedef size_t library_finder(const void *context, const char *name);

/* Adds to program->versions what is not there. `files`: of program->objects; NULL where one was not found. */
void library_versions_check(struct library_store *store, struct library_program *program, const struct library_file **files,
                            library_finder *find, const void *context);

#endif
