/* SPDX-License-Identifier: MIT
 *
 * Getting the shim into a process that runs: what forbids it, when, and how. */
#ifndef LEAKWATCH_TRACER_SHIM_SHIM_LOADING_H
#define LEAKWATCH_TRACER_SHIM_SHIM_LOADING_H

#include "tracer/process_table.h"
#include "late_hooks.h"
#include "safe_point.h"

struct session;

/* Loads the shim, or makes the one ready that is there from another time, and what its hooks lead to. Afterwards the process stands
 * still. Returns 0; or -errno, and stores why, a clause in English that the caller frees (NULL: it has ended). What can be told is
 * refused before anything is changed. */
int shim_loading_run(struct session *session, struct process *process, struct program_layout *layout, struct late_hooks *hooks,
                     char **problem);

#endif
