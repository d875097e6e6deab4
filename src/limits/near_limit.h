/* SPDX-License-Identifier: MIT
 *
 * Which limits a process is about to meet. Pure. */
#ifndef LEAKWATCH_LIMITS_NEAR_LIMIT_H
#define LEAKWATCH_LIMITS_NEAR_LIMIT_H

#include <stddef.h>

#include "records/limits_model.h"

/* Of the limits that growth of heap, stack, locked memory and mappings meet first, those of which not more than 100 - `percent`
 * percent are left. What others use up, too (a control group, the machine), counts only for who has at least a tenth of it in RAM:
 * `resident` is what the process has. Fills `near`, which has room for GROWTHS, with members of the list, each once. Returns how
 * many. */
size_t near_limits_find(const struct limit_list *list, unsigned percent, struct known resident, const struct limit **near);

#endif
