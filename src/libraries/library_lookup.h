/* SPDX-License-Identifier: MIT
 *
 * One library of a search: by the rules of ld.so(8), from one place to the next. Private to library_search.c. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_LOOKUP_H
#define LEAKWATCH_LIBRARIES_LIBRARY_LOOKUP_H

#include <stdint.h>

#include "library_model.h"
#include "library_order.h"
#include "library_paths.h"

struct library_file;
struct library_loader;
struct library_store;
struct library_target;

#define LOADED_NAMES_MAX 64 /* that one object is known by */

/* An object with what only the search needs to know. */
struct loaded {
    const struct library_file *file; /* NULL: it was not found */
    const char *origin;
    bool done; /* what it needs is loaded */
    const char *names[LOADED_NAMES_MAX];
    size_t name_count;
    struct folders {
        bool known;
        const char **items;
        size_t count;
    } rpath, runpath;
};

/* Where a search stands: by which rule, and by whose. */
struct step {
    enum library_rule rule;
    size_t owner;
};

struct search {
    struct library_store *store;
    const struct library_loader *loader;
    const struct library_target *target;
    struct library_program *program;
    struct folders environment;
    bool secure;
    uint32_t kernel;        /* by which libraries are chosen; 0: none */
    struct loaded **loaded; /* beside program->objects */
    size_t capacity, loaded_capacity;
    struct library_order order;
    size_t done; /* in that order, up to here */
    /* Of the library that is being looked for. */
    bool from_trusted_only; /* it is preloaded into a program that gets more rights */
    struct library_place *places;
    size_t place_count, place_capacity;
    bool ended;        /* by something that the loader gives up at */
    struct step found; /* how */
};

/* The file that is loaded for `name`, which the object of index `needed_by` wants, and in search->found how it was found; or NULL,
 * and in search->places where it was looked for. */
const struct library_file *library_lookup(struct search *search, size_t needed_by, const char *name);

/* What stands for the words with a dollar sign in an object. */
struct library_tokens library_lookup_tokens(const struct search *search, size_t object);

/* `list` as folders, which are kept in *folders. */
const struct folders *library_lookup_folders(struct search *search, size_t object, const char *list, struct folders *folders);

#endif
