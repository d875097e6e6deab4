/* SPDX-License-Identifier: MIT
 * Allocations that fail on purpose, see struct lw_failures. */
#ifndef LW_FAILURES_H
#define LW_FAILURES_H

#include <stdbool.h>
#include <stdint.h>

#include "shim.h"

/* Counts from now on, if the settings ask for it. */
void failures_begin(void);

/* Counts an allocation of `size` bytes by the hook's caller, and says whether it must fail. Only where real_usual() is false. */
bool failure_due(uint64_t size, const struct caller *caller);

#endif
