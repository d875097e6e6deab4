/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "freeze.h"
#include "seccomp_filter.h"
#include "supervisor.h"
#include "tracee.h"

static void enter(struct session *session, struct thread *thread, uint64_t number, const uint64_t arguments[6])
{
    thread->call = supervised_call_find(number);
    if (thread->call == CALL_NONE) {
        thread_run_on(session, thread);
        return;
    }
    memcpy(thread->call_arguments, arguments, sizeof thread->call_arguments);
    thread->process->call_counts[thread->call]++;
    thread->call_started_ns = monotonic_ns();
    thread_resume(session, thread, PTRACE_SYSCALL, 0);
}

static void leave(struct session *session, struct thread *thread, int64_t result, bool failed)
{
    struct process *process = thread->process;

    if (thread->call != CALL_NONE) {
        process->call_time_ns[thread->call] += monotonic_ns() - thread->call_started_ns;
        process->call_errors[thread->call] += failed;
    }
    thread->call = CALL_NONE;
    thread_run_on(session, thread);
}

void calls_act(struct session *session, struct thread *thread, enum stop_kind kind)
{
    struct __ptrace_syscall_info info;

    if (tracee_syscall_info(thread->tid, &info) < 0) {
        thread_run_on(session, thread);
        return;
    }
    switch (info.op) {
    case PTRACE_SYSCALL_INFO_SECCOMP:
        if (info.seccomp.ret_data == SECCOMP_FILTER_MARK)
            enter(session, thread, info.seccomp.nr, info.seccomp.args);
        else
            thread_run_on(session, thread);
        break;
    case PTRACE_SYSCALL_INFO_ENTRY:
        enter(session, thread, info.entry.nr, info.entry.args);
        break;
    case PTRACE_SYSCALL_INFO_EXIT:
        leave(session, thread, info.exit.rval, info.exit.is_error);
        break;
    default:
        thread_run_on(session, thread);
        break;
    }
}

void calls_act_on_exit(struct session *session, struct thread *thread)
{
    thread->at_exit = true;
    thread_run_on(session, thread);
}
