/* SPDX-License-Identifier: MIT
 *
 * Which installed package a file belongs to, as dpkg-query -S tells: read from dpkg's own lists, so that it holds below --root,
 * too. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_PACKAGES_H
#define LEAKWATCH_LIBRARIES_LIBRARY_PACKAGES_H

#include "base/hash_table.h"
#include "library_model.h"

struct library_root;

struct library_package {
    const char *name; /* of the file, without its folder */
    const char *path;
    const char *package;
    const struct library_package *next; /* another file of this name */
};

struct library_packages {
    bool loaded, debian; /* debian: the lists are there */
    bool foreign_i386;   /* packages of i386 may be installed, too */
    struct hash_table files;
    struct arena arena;
};

/* The files of this name in installed packages, whether they are there or not; NULL: none. Only libraries (".so" in the name) and
 * dynamic linkers are known. All zero is a value to begin with. */
const struct library_package *library_packages_find(struct library_packages *packages, const struct library_root *root,
                                                    const char *name);
void library_packages_finish(struct library_packages *packages);

#endif
