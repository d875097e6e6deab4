/* SPDX-License-Identifier: MIT
 *
 * A program may forbid itself system calls for good (seccomp(2)), and mapping memory among them. The shim maps some for its notes
 * from time to time, and the program would be killed for it. So what a filter says of that call is found out before it is in force,
 * and the shim is told to do with what it has. */
#ifndef LEAKWATCH_TRACER_CALLS_CONFINEMENT_H
#define LEAKWATCH_TRACER_CALLS_CONFINEMENT_H

#include <stdint.h>

struct session;
struct thread;

/* The thread stands at the entry of this system call, whichever it is. */
void confinement_enter(const struct session *session, const struct thread *thread, uint64_t number, const uint64_t arguments[6]);

#endif
