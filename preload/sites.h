/* SPDX-License-Identifier: MIT
 * The table of call sites: each stack once. Append-only and lock-free. */
#ifndef LW_SITES_H
#define LW_SITES_H

#include <stdint.h>

#include "shim.h"
#include "walker.h"

/* The id of the call site with these frames, added if it is new; 0: no memory or no ids left. */
uint32_t site_find(const struct walk_result *stack);

/* The site with this id, which must have been handed out; id 0 counts what could not be attributed. NULL: never handed out. */
struct lw_site *site_get(uint32_t id);

/* Makes room for site 0. Returns 0, or -1 without memory. */
int sites_init(void);

/* Copies the live counts of all sites aside: what is alive at a peak of `bytes`. */
void sites_copy_peak(uint64_t bytes);

#endif
