/* SPDX-License-Identifier: MIT
 *
 * Lists of processors as the kernel writes them: "0-3,8", cpuset(7). */
#ifndef LEAKWATCH_LIMITS_CPU_LIST_H
#define LEAKWATCH_LIMITS_CPU_LIST_H

#include <stdbool.h>

#include "base/known.h"

/* How many are in the list, of an empty one 0; not known if the text is no list. */
struct known cpu_list_count(const char *list);
/* Whether `cpu` is in the list. */
bool cpu_list_has(const char *list, uint64_t cpu);
/* Whether all processors of `part` are in `whole`. Both must be lists. */
bool cpu_list_covers(const char *whole, const char *part);

#endif
