/* SPDX-License-Identifier: MIT
 *
 * Packages that are not installed: which of them would bring a library? Asks the package managers of this machine about what they
 * have on it, and pkgconf about what is installed for building; nothing is fetched. */
#ifndef LEAKWATCH_PROGRAM_LIBS_LIBS_PACKAGES_H
#define LEAKWATCH_PROGRAM_LIBS_LIBS_PACKAGES_H

#include "base/hash_table.h"
#include "libraries/library_mends.h"

struct libs_packages {
    struct hash_table answers; /* by name */
};

/* All zero is a value to begin with. The adviser lives as long as `packages`. */
struct library_adviser libs_packages_adviser(struct libs_packages *packages);
void libs_packages_finish(struct libs_packages *packages);

/* The package that Debian gives a library of this soname, by the rules of its policy: "libfoo1" for libfoo.so.1. To be freed. NULL:
 * it is no name of a library. */
char *libs_packages_debian_name(const char *soname);

#endif
