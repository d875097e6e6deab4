/* SPDX-License-Identifier: MIT
 *
 * Allocators and run times that are known by the names of their files, or by the symbols of a program that has them inside. */
#ifndef LEAKWATCH_ALLOCATOR_NAMES_H
#define LEAKWATCH_ALLOCATOR_NAMES_H

#include <stdbool.h>

struct allocator_names {
    const char *allocator; /* in place of the C library's, or beside it: "jemalloc"; static; NULL: none was recognised */
    const char *runtime;   /* with a heap of its own for its objects: "Java"; static; NULL: none was recognised */
    bool own_malloc;       /* the program defines malloc() itself */
};

/* Adds what the path of a mapped file tells; what is known already stays. Returns whether it told of an allocator. */
bool allocator_names_of_file(const char *path, struct allocator_names *names);

/* Adds what the ELF file `fd` of a program tells. Returns 0 or -errno. */
int allocator_names_of_program(int fd, struct allocator_names *names);

#endif
