/* SPDX-License-Identifier: MIT
 *
 * Some system calls fail with EINTR whenever their thread is stopped, without any signal for the program (signal(7)). Those that
 * were running before us must not see that. */
#ifndef LEAKWATCH_TRACER_CALLS_INTERRUPTED_CALL_H
#define LEAKWATCH_TRACER_CALLS_INTERRUPTED_CALL_H

#include <sys/types.h>

/* The thread stands at a PTRACE_EVENT_STOP. If that has ended such a call, the call will start again when the thread goes on,
 * unless a handler of the program's runs first: then it fails as it would without us. A time that it waits for begins anew. */
void interrupted_call_restart(pid_t tid);

#endif
