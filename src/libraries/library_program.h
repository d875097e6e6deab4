/* SPDX-License-Identifier: MIT
 *
 * One file that `leakwatch libs` was asked about: can it be executed, and if it can, what does it load? */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_PROGRAM_H
#define LEAKWATCH_LIBRARIES_LIBRARY_PROGRAM_H

#include "library_model.h"
#include "library_search.h"

struct library_store;

struct library_questions {
    struct library_environment environment;
    const char *path; /* PATH, for what env(1) is to find; NULL: it is not looked for */
    bool symbols;     /* which symbols nobody provides */
};

/* Examines the file at `path`: follows scripts to their interpreters, looks for what would stop execve(2), then for libraries.
 * Never NULL; to be released by library_program_destroy(). */
struct library_program *library_program_examine(struct library_store *store, const struct library_questions *questions,
                                                const char *path);
void library_program_destroy(struct library_program *program);

/* Says why the program cannot be executed, unless a reason was found before. The texts are lent. */
void library_program_refuse(struct library_program *program, enum program_problem problem, const char *subject, const char *detail);

/* Whether the file is one that loads libraries or is one: for walks over folders. */
bool library_program_is_candidate(struct library_store *store, const char *path);

#endif
