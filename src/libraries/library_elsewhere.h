/* SPDX-License-Identifier: MIT
 *
 * Where a library might be, besides the places where the dynamic linker looks: beside the program, in folders of the configuration
 * that the cache does not know yet, in folders of other packages. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_ELSEWHERE_H
#define LEAKWATCH_LIBRARIES_LIBRARY_ELSEWHERE_H

#include "library_file.h"

struct library_store;

struct library_folder {
    const char *path;
    enum { FOLDER_NEAR_PROGRAM, FOLDER_OF_PROGRAM, FOLDER_CONFIGURED, FOLDER_OTHER } kind; /* OF_PROGRAM: its RPATH or RUNPATH */
};

struct library_elsewhere {
    struct library_folder *folders; /* folder_count; in the arena of the program */
    size_t folder_count;
};

/* Folders that are there and in which it is worth looking. */
struct library_elsewhere library_elsewhere_list(struct library_store *store, struct library_program *program);

/* The file called `name` in the folder, if it may be loaded for `target`; or NULL. */
const struct library_file *library_elsewhere_find(struct library_store *store, const struct library_folder *folder,
                                                  const char *name, const struct library_target *target, struct arena *arena);

/* Calls `seen` with the name of each file in the folder that begins like `name` up to its ".so" and is not it. */
typedef void library_relative_seen(void *context, const struct library_folder *folder, const char *name);
void library_elsewhere_relatives(struct library_store *store, const struct library_folder *folder, const char *name,
                                 library_relative_seen *seen, void *context);

#endif
