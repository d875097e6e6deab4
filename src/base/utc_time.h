/* SPDX-License-Identifier: MIT
 * Points in time, as all reports write them. */
#ifndef LEAKWATCH_BASE_UTC_TIME_H
#define LEAKWATCH_BASE_UTC_TIME_H

#include <stdbool.h>
#include <time.h>

/* ISO 8601, UTC, with nanoseconds: "2026-01-01T12:00:00.000000000Z". Owned by the caller. */
char *utc_time_text(struct timespec time);

/* The other way. Returns false if `text` is no such time. */
bool utc_time_parse(const char *text, struct timespec *time);

#endif
