/* SPDX-License-Identifier: MIT
 * Numbers that look random and are the same each time (xorshift64*). */
#ifndef LEAKWATCH_TEST_RANDOM_H
#define LEAKWATCH_TEST_RANDOM_H

#include <stdint.h>

/* The state must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717) >> 16;
}

#endif
