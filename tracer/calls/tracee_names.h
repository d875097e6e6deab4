/* SPDX-License-Identifier: MIT
 *
 * Names for the numbers that a stopped thread uses: what its descriptors refer to, what processes are called. Looked up each time:
 * the program may change all of it between two calls. */
#ifndef LEAKWATCH_TRACER_CALLS_TRACEE_NAMES_H
#define LEAKWATCH_TRACER_CALLS_TRACEE_NAMES_H

#include <stdbool.h>
#include <sys/types.h>

#include "calls/system_call.h"

struct tracee_names {
    pid_t tid;
    unsigned descriptors; /* what is wanted: bits of enum trace_decode_fd */
};

/* A view through `names`, which must outlive it. Without `descriptors` or `process_names` it has no answer to these questions. */
struct process_view tracee_names_view(struct tracee_names *names, bool process_names);

#endif
