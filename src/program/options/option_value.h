/* SPDX-License-Identifier: MIT
 * Values of options, from text. Each function returns 0, or -EINVAL if the text is not such a value; then nothing is stored. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_VALUE_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_VALUE_H

#include <stdint.h>

#include "records/realtime_record.h"
#include "option_types.h"

/* The index of `text` among the words of `choices`, which are separated by `|`; -EINVAL if it is none of them. */
int option_value_choice(const char *choices, const char *text);

/* A comma-separated list of leak kinds, or `all`, or `none`: stores a bit mask of 1 << enum leak_kind. */
int option_value_kinds(const char *text, unsigned *kinds);

/* A decimal number from `least` to `most`. */
int option_value_number(const char *text, unsigned least, unsigned most, unsigned *number);

/* `N`, `N+` or `FIRST..LAST`, numbers from 1. */
int option_value_fail_alloc(const char *text, struct fail_alloc_range *range);

/* An address: hexadecimal with 0x in front, or decimal. */
int option_value_address(const char *text, uint64_t *address);

/* A decimal number of bytes, from 1; or with K, M or G behind it, of 1024 of the one before. */
int option_value_size(const char *text, uint64_t *bytes);

/* A decimal number from 1 to 100; a % may follow. */
int option_value_percent(const char *text, unsigned *percent);

/* "marker", or the name of a signal, or of a system call. */
int option_value_realtime_from(const char *text, struct realtime_from *from);

/* A decimal number with a unit: ns, us, ms, s or m. Stores nanoseconds. */
int option_value_time(const char *text, uint64_t *nanoseconds);

#endif
