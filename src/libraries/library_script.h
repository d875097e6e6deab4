/* SPDX-License-Identifier: MIT
 *
 * The first line of a script, as the kernel reads it (fs/binfmt_script.c). */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_SCRIPT_H
#define LEAKWATCH_LIBRARIES_LIBRARY_SCRIPT_H

#include <stdbool.h>

#include "library_model.h"

struct library_file;
struct library_store;

struct library_script {
    const char *interpreter; /* "" if there is none */
    const char *argument;    /* the rest of the line, or NULL */
    bool cut_off;            /* the line is longer than what the kernel reads */
};

/* False: it is no script. Texts are made in `arena`. */
bool library_script_parse(const struct library_file *file, struct arena *arena, struct library_script *script);

/* Says in `program` what is wrong with the interpreter. Returns its file, or NULL if it cannot be executed. `path`: PATH, for what
 * env(1) is to find, or NULL. */
const struct library_file *library_script_check(struct library_store *store, const char *path, const struct library_script *script,
                                                struct library_program *program);

#endif
