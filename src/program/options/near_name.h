/* SPDX-License-Identifier: MIT
 * The name that a mistyped word most likely meant. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_NEAR_NAME_H
#define LEAKWATCH_PROGRAM_OPTIONS_NEAR_NAME_H

#include <stddef.h>

struct near_name {
    const char *word; /* lent */
    size_t length;    /* of the word, in bytes */
    const char *name; /* the nearest so far, lent; NULL: none is near */
    unsigned distance;
};

/* Begins to look for what the first `length` bytes of `word` may have meant: about one character in three may be wrong. */
void near_name_begin(struct near_name *near, const char *word, size_t length);

/* One more name that it may be; of equally near ones the first is kept. NULL is none. */
void near_name_offer(struct near_name *near, const char *name);

#endif
