/* SPDX-License-Identifier: MIT
 *
 * How a task is made: clone(2), clone3(2), fork(2) and vfork(2) as one. */
#ifndef LEAKWATCH_TRACER_CALLS_CLONE_REQUEST_H
#define LEAKWATCH_TRACER_CALLS_CLONE_REQUEST_H

#include <stdint.h>

struct thread;

struct clone_request {
    uint64_t flags;
    uint64_t pidfd; /* with CLONE_PIDFD: where the maker finds it */
};

/* From the registers of the maker, who still is in the call. All zero, as of fork, where they cannot be read. */
struct clone_request clone_request_read(struct thread *maker);

#endif
