/* SPDX-License-Identifier: MIT
 * What the options of several commands are stored as. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_TYPES_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER }; /* as in the tables: auto|always|never */
enum audit { AUDIT_NO, AUDIT_RT };                    /* likewise: no|rt */

struct gate;

struct text_list {
    char **items;
    size_t count;
};

struct address_list {
    uint64_t *items;
    size_t count;
};

/* --fail-on. */
struct gate_list {
    struct gate *items;
    size_t count;
};

/* --fail-alloc: numbers of allocations, from 1. All zero: none. */
struct fail_alloc_range {
    bool each;            /* a run for each of them; false: all fail in one run */
    uint64_t first, last; /* UINT64_MAX: there is no last one */
};

/* Adds a copy of `text`. */
void text_list_add(struct text_list *list, const char *text);
void text_list_finish(struct text_list *list);

#endif
