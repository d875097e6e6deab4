/* SPDX-License-Identifier: MIT
 * Sets of file descriptors, as given to -e read= and the like. */
#ifndef LEAKWATCH_SYSCALLS_DESCRIPTOR_SET_H
#define LEAKWATCH_SYSCALLS_DESCRIPTOR_SET_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: the empty set. */
struct descriptor_set {
    bool inverted; /* the set is all numbers but these */
    int *numbers;
    size_t count;
};

void descriptor_set_finish(struct descriptor_set *set);

bool descriptor_set_has(const struct descriptor_set *set, int number);
/* Whether every descriptor there may be is in the set, or none. */
bool descriptor_set_is_full(const struct descriptor_set *set);
bool descriptor_set_is_empty(const struct descriptor_set *set);

/* Parses [!]NUMBER[,NUMBER]..., or all, or none. Returns NULL and replaces the set; or what is wrong, one line for people, owned by
 * the caller, and leaves the set as it was. */
char *descriptor_set_parse(const char *text, struct descriptor_set *set);

#endif
