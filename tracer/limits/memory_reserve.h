/* SPDX-License-Identifier: MIT
 *
 * Memory of our own that is given up when the OOM killer has come. In a control group that is at its limit, whoever asks for more
 * waits until the kernel has taken the memory of the victim: of ours, too, when we are in that group. What we give back then is
 * what we can have to look at the victim first. */
#ifndef LEAKWATCH_TRACER_LIMITS_MEMORY_RESERVE_H
#define LEAKWATCH_TRACER_LIMITS_MEMORY_RESERVE_H

#include <stddef.h>
#include <stdint.h>

struct memory_reserve {
    void *memory; /* NULL: it is not there */
    size_t size;  /* 0: none was ever wanted */
};

/* Takes one that fits a group with this limit, in bytes, unless there is one: 1/32 of the limit, but from 1 to 8 MiB. */
void memory_reserve_take(struct memory_reserve *reserve, uint64_t limit);
/* Takes it once more, if it was given back. */
void memory_reserve_renew(struct memory_reserve *reserve);
/* Gives it back to the kernel. */
void memory_reserve_release(struct memory_reserve *reserve);

#endif
