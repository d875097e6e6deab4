/* SPDX-License-Identifier: MIT
 * Spans of time as strace(1) writes them. */
#ifndef LEAKWATCH_SYSCALLS_TIME_VALUE_H
#define LEAKWATCH_SYSCALLS_TIME_VALUE_H

#include <stdint.h>

/* A decimal number, with a fraction and an exponent if need be, and a unit: s, ms, us or ns; without one: us. Stores nanoseconds,
 * rounded. Returns 0, or -EINVAL if it is no such thing or more than about 292 years; then nothing is stored. */
int time_value_parse(const char *text, uint64_t *nanoseconds);

#endif
