/* SPDX-License-Identifier: MIT
 *
 * The shim for a process that cannot see its file: in a container, with another root directory, on a file system without execution.
 * A file in memory (memfd_create(2)) that only the process has holds a copy. */
#ifndef LEAKWATCH_TRACER_SHIM_SHIM_COPY_H
#define LEAKWATCH_TRACER_SHIM_SHIM_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/maps.h"
#include "borrowed_thread.h"
#include "shim_file.h"

struct shim_copy {
    int file;      /* descriptor in the process; -1: there is none */
    char path[64]; /* by which the borrowed thread finds it */
};

/* Makes it, through a borrowed thread that is prepared for functions. Returns 0 or -errno. */
int shim_copy_make(const struct shim_file *shim, struct borrowed_thread *borrowed, struct shim_copy *copy);
/* Closes the descriptor: what was loaded stays. */
void shim_copy_close(struct shim_copy *copy, struct borrowed_thread *borrowed);

/* Whether this mapping is the start of a copy, of whatever version; and whether it is one of our file. */
bool shim_copy_is_mapped(const struct shim_file *shim, const struct memory_map *map);
bool shim_copy_is_same(const struct shim_file *shim, const struct memory_view *memory, const struct memory_map *map);

#endif
