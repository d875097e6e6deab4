/* SPDX-License-Identifier: MIT
 *
 * The kernel refuses seccomp's strict mode to a task that has a filter, and with us every task has one. So a request for it is
 * carried out as a filter that allows what strict mode allows (seccomp(2)): the thread is made to set no_new_privs, which a filter
 * may need and which changes nothing where no exec is possible, and then to install the filter in place of its own call. */
#ifndef LEAKWATCH_TRACER_CALLS_STRICT_MODE_H
#define LEAKWATCH_TRACER_CALLS_STRICT_MODE_H

#include <stdbool.h>
#include <stdint.h>

struct strict_mode; /* a request being carried out */
struct thread;

/* What a stop of that filter carries (SECCOMP_RET_DATA). */
#define STRICT_MODE_MARK 0x4c53

/* Whether this system call asks for strict mode. */
bool strict_mode_is_request(uint64_t number, const uint64_t arguments[6]);
/* The thread stands at the entry of such a call: changes it into the next step. Returns false if that cannot be done; the call then
 * fails as the kernel has it. The thread must stop again at the exit of the call. */
bool strict_mode_enter(struct thread *thread);
/* The thread stands at the exit of that call, with this result. */
void strict_mode_leave(struct thread *thread, int64_t result);
/* The thread made a call that strict mode forbids: ends it as the kernel would. */
void strict_mode_violated(const struct thread *thread);
/* Takes NULL. */
void strict_mode_destroy(struct strict_mode *strict);

#endif
