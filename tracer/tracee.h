/* SPDX-License-Identifier: MIT
 *
 * Requests to one stopped thread. Every one of them may return -ESRCH at any time: the thread was killed, and the news of its death
 * will come from wait4(2). That is never an error. */
#ifndef LEAKWATCH_TRACER_TRACEE_H
#define LEAKWATCH_TRACER_TRACEE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>

/* What every tracee is seized with. */
#define TRACEE_OPTIONS                                                                                                             \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |                  \
     PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL)

/* Of these, what makes it follow what a tracee forks or clones. */
#define TRACEE_FOLLOW_OPTIONS (PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE)

/* Starts to trace a running task without stopping it, with these options (TRACEE_OPTIONS or a part of them). Returns 0 or -errno.
 */
int tracee_seize(pid_t tid, unsigned options);
/* Lets a stopped thread go for good, with a signal (0: none). Returns 0 or -errno. */
int tracee_detach(pid_t tid, int signal);
/* Lets a stopped thread run: PTRACE_CONT, PTRACE_SYSCALL or PTRACE_LISTEN; `signal` is delivered, 0 for none. Returns 0 or -errno.
 */
int tracee_resume(pid_t tid, int request, int signal);
/* Asks a running thread to stop; the stop arrives through wait4(2). Returns 0 or -errno. */
int tracee_interrupt(pid_t tid);
/* Returns 0 or -errno. */
int tracee_registers(pid_t tid, struct user_regs_struct *registers);
int tracee_set_registers(pid_t tid, const struct user_regs_struct *registers);
/* The signal of a signal stop. Returns 0 or -errno. */
int tracee_signal_info(pid_t tid, siginfo_t *info);
/* The system call of a syscall or seccomp stop. Returns 0 or -errno. */
int tracee_syscall_info(pid_t tid, struct __ptrace_syscall_info *info);
/* What comes with an event stop. Returns 0 or -errno. */
int tracee_event_message(pid_t tid, unsigned long *message);
/* Keeps the system call of a seccomp stop from running; the thread sees `result` in its place. Returns 0 or -errno. */
int tracee_skip_syscall(pid_t tid, int64_t result);

/* At the entry of clone: takes CLONE_UNTRACED out of its flags. A child made with it would be lost to us, and with our filter but
 * without a tracer it could not even allocate. */
void tracee_forbid_untraced(pid_t tid);

#endif
