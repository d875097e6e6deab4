/* SPDX-License-Identifier: MIT
 * A number that may not be known: the kernel lacks the file, we may not read it, or it says something else than a number. */
#ifndef LEAKWATCH_BASE_KNOWN_H
#define LEAKWATCH_BASE_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

struct known {
    bool known;
    uint64_t value; /* 0 if not known */
};

/* The value of a limit that is none: "unlimited", "max". */
#define KNOWN_UNLIMITED UINT64_MAX

static inline struct known known_value(uint64_t value)
{
    return (struct known){true, value};
}

/* Known, and a limit. */
static inline bool known_limits(struct known limit)
{
    return limit.known && limit.value != KNOWN_UNLIMITED;
}

static inline uint64_t known_or(struct known number, uint64_t otherwise)
{
    return number.known ? number.value : otherwise;
}

/* a - b, 0 where that is negative; unlimited stays so. */
static inline struct known known_minus(struct known a, struct known b)
{
    if (!a.known || a.value == KNOWN_UNLIMITED)
        return a;
    if (!b.known)
        return (struct known){0};
    return known_value(a.value > b.value ? a.value - b.value : 0);
}

/* a + b; unlimited stays so, and what does not fit is unlimited. */
static inline struct known known_plus(struct known a, struct known b)
{
    uint64_t sum;

    if (!a.known || !b.known)
        return (struct known){0};
    return known_value(__builtin_add_overflow(a.value, b.value, &sum) ? KNOWN_UNLIMITED : sum);
}

/* The smaller one; of one that is not known, the other. */
static inline struct known known_least(struct known a, struct known b)
{
    if (!a.known || !b.known)
        return a.known ? a : b;
    return a.value < b.value ? a : b;
}

#endif
