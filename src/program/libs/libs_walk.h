/* SPDX-License-Identifier: MIT
 * The programs and libraries in a folder and below. */
#ifndef LEAKWATCH_PROGRAM_LIBS_LIBS_WALK_H
#define LEAKWATCH_PROGRAM_LIBS_LIBS_WALK_H

struct library_store;
struct text_list;

/* Adds the paths of all files below `path` that load libraries or are some, by their names; symbolic links are left out, as what
 * they lead to is either there itself or not meant. Returns 0, or -errno if `path` cannot be listed; what is below and cannot be is
 * left out. */
int libs_walk(struct library_store *store, const char *path, struct text_list *paths);

#endif
