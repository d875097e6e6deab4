/* SPDX-License-Identifier: MIT
 *
 * Hooks of functions into which no jump can be put: the slots through which loaded objects call them (their GOTs) lead to the shim
 * instead, which calls the function where it always was. Calls through other pointers are not seen. */
#ifndef LEAKWATCH_TRACER_SHIM_LATE_SLOTS_H
#define LEAKWATCH_TRACER_SHIM_LATE_SLOTS_H

#include "late_hooks.h"

/* Fills the table of slots with those that lead to functions that are hooked in this way, and what they hold. Nobody may be in the
 * dynamic linker. `debug`: address of its struct r_debug, 0 if that is not known. Changes only `hooks`. Returns 0; -ENOSPC if there
 * are more than fit; -ENOTSUP without `debug`; or -errno if the tables of an object cannot be read. */
int late_slots_find(struct late_hooks *hooks, const struct memory_maps *maps, uint64_t debug);

/* Has the slots of the table lead to the shim. The table must be in the target already. Returns 0 or -errno. */
int late_slots_install(struct late_hooks *hooks);

/* Puts back what they held, where they still lead to the shim, and empties the table, which the caller writes to the target.
 * Returns 0 or -errno: the table has those that are left. */
int late_slots_remove(struct late_hooks *hooks);

#endif
