/* SPDX-License-Identifier: MIT */
#ifndef LEAKWATCH_BASE_CLOCK_NS_H
#define LEAKWATCH_BASE_CLOCK_NS_H

#include <stdint.h>
#include <time.h>

/* What a clock of clock_gettime(2) says, in nanoseconds. */
static inline uint64_t clock_ns(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
