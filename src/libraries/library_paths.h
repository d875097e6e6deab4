/* SPDX-License-Identifier: MIT
 *
 * Lists of folders as RPATH, RUNPATH and LD_LIBRARY_PATH have them, and the words with a dollar sign in them. See ld.so(8),
 * "Dynamic string tokens". */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_PATHS_H
#define LEAKWATCH_LIBRARIES_LIBRARY_PATHS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct library_loader;

/* What the words stand for in an object. */
struct library_tokens {
    const char *origin; /* the folder the object is in; NULL: not known */
    const struct library_loader *loader;
    bool secure;  /* the program gets more rights than its user: $ORIGIN only at the beginning */
    bool program; /* the object is the program: if secure, only to folders that the system trusts */
};

/* `text` with all words replaced; in `arena`. NULL: it may not be used. */
const char *library_tokens_expand(const struct library_tokens *tokens, const char *text, struct arena *arena);

/* The folders of `list`, separated by any of `separators`, without slashes at their ends; "" is the working directory. What may not
 * be used and what was there before is left out. Stores an array in `arena` and returns how many. */
size_t library_paths_split(const char *list, const char *separators, const struct library_tokens *tokens, struct arena *arena,
                           const char ***folders);

/* The path of `name` in a folder (as above), in an optional subfolder of it (NULL: none). */
const char *library_paths_join(const char *folder, const char *subfolder, const char *name, struct arena *arena);

#endif
