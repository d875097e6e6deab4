/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "preload/ledger.h"
#include "tracer/descriptors/descriptor_tracking.h"
#include "tracer/freeze.h"
#include "tracer/limits/oom_kill.h"
#include "tracer/limits/raised_limits.h"
#include "tracer/limits/refusal_tracking.h"
#include "tracer/locks/lock_tracking.h"
#include "tracer/looks/observation.h"
#include "tracer/realtime/realtime_tracking.h"
#include "tracer/realtime/realtime_watch.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "confinement.h"
#include "exec_attempt.h"
#include "injected_calls.h"
#include "memory_calls.h"
#include "seccomp_filter.h"
#include "strict_mode.h"

/* Results that only say that the kernel will run the call again (ERESTARTSYS and its kin, include/linux/errno.h). */
static bool will_restart(int64_t result)
{
    return result <= -512 && result >= -516;
}

/* ---- Entry ----------------------------------------------------------------------------------------------------------------- */

static void enter_exec(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;

    exec_attempt_destroy(thread->exec);
    thread->exec = exec_attempt_begin(session, thread);
    if (process->is_program && !thread->exec->will_fail) {
        if (session->settings->leak_check_on_exec && session->settings->leak_check && !process_borrows_memory(process))
            freeze_begin(session, process, FREEZE_EXEC);
        else
            observe_counts(session, process);
    }
    injected_call_resume(session, thread, true);
}

static void enter_exit_group(struct session *session, struct thread *thread)
{
    thread->at_exit_group = true;
    if (thread->process->is_program)
        freeze_begin(session, thread->process, FREEZE_EXIT);
    injected_call_resume(session, thread, false);
}

static void enter_request(struct session *session, struct thread *thread, const uint64_t arguments[6])
{
    struct process *process = thread->process;

    switch (arguments[1]) {
    case LW_REQUEST_FINAL:
    case LW_REQUEST_CHECK:
        thread->asks_check = true;
        process->wants_final_check |= arguments[1] == LW_REQUEST_FINAL;
        freeze_begin(session, process, FREEZE_CHECK);
        break;
    case LW_REQUEST_REALTIME:
        realtime_tracking_mark(session, thread);
        tracee_skip_syscall(thread->tid, 0);
        break;
    case LW_REQUEST_MARK:
        ledger_next_epoch(&session->shim, process->space);
        tracee_skip_syscall(thread->tid, 0);
        cold_tracking_line(session, thread);
        break;
    default:
        break;
    }
    thread_run_on(session, thread);
}

static void count_supervised(struct thread *thread)
{
    thread->process->call_counts[thread->call]++;
    thread->call_started_ns = monotonic_ns();
}

static void enter_supervised(struct session *session, struct thread *thread)
{
    count_supervised(thread);
    switch (thread->call) {
    case CALL_execve:
    case CALL_execveat:
        enter_exec(session, thread);
        break;
    case CALL_exit_group:
        enter_exit_group(session, thread);
        break;
    case CALL_clone:
        if (thread->call_arguments[0] & CLONE_UNTRACED)
            tracee_forbid_untraced(thread->tid);
        injected_call_resume(session, thread, true);
        break;
    default:
        raised_limits_enter(session, thread);
        injected_call_resume(session, thread, true);
        break;
    }
}

/* The call will not be made: it has no effect that must be understood. */
static void enter_replaced(struct session *session, struct thread *thread)
{
    if (thread->call != CALL_NONE)
        count_supervised(thread);
    injected_call_resume(session, thread, true);
}

static void enter(struct session *session, struct thread *thread, uint64_t number, const uint64_t arguments[6])
{
    thread->call = supervised_call_find(number);
    memcpy(thread->call_arguments, arguments, sizeof thread->call_arguments);
    if (number == __NR_prctl && (uint32_t)arguments[0] == LW_REQUEST && thread->process->is_program) {
        enter_request(session, thread, arguments);
        return;
    }
    if (injected_call_enter(session, thread, number)) {
        enter_replaced(session, thread);
        return;
    }
    const bool opens = descriptor_tracking_enter(session, thread, number);
    const bool audited = realtime_tracking_enter(session, thread, number);
    if (thread->call != CALL_NONE) {
        enter_supervised(session, thread);
        return;
    }
    confinement_enter(session, thread, number, arguments);
    const bool strict = strict_mode_is_request(number, arguments) && strict_mode_enter(thread);
    if (!strict && number == __NR_clone && (arguments[0] & CLONE_UNTRACED))
        tracee_forbid_untraced(thread->tid);
    injected_call_resume(session, thread, opens || audited || strict);
}

/* ---- Exit ------------------------------------------------------------------------------------------------------------------ */

static void left_memory_call(struct session *session, struct thread *thread, int64_t result, bool failed)
{
    if (!failed)
        memory_call_done(session, thread, (uint64_t)result);
    if (!thread->process->is_program || will_restart(result))
        return;
    lock_tracking_leave(session, thread, result, failed);
    refusal_tracking_leave(session, thread, result, failed);
    raised_limits_leave(session, thread, failed);
}

static void leave(struct session *session, struct thread *thread, int64_t result, bool failed)
{
    struct process *process = thread->process;
    const bool made_up = injected_call_leave(session, thread, &result, &failed);

    if (thread->strict)
        strict_mode_leave(thread, result);
    if (thread->call != CALL_NONE) {
        process->call_time_ns[thread->call] += monotonic_ns() - thread->call_started_ns;
        if (failed && will_restart(result))
            process->call_counts[thread->call]--;
        else
            process->call_errors[thread->call] += failed;
        if (thread->exec)
            exec_attempt_undo(session, thread);
        else if (!made_up)
            left_memory_call(session, thread, result, failed);
    }
    realtime_tracking_leave(session, thread, failed || made_up);
    thread->call = CALL_NONE;
    descriptor_tracking_leave(session, thread, failed || made_up ? -1 : result);
    injected_call_resume(session, thread, false);
}

/* Only a call that fails is seen at its exit: from the event of one that succeeds the thread runs on to its next stop. */
void calls_made_task(const struct session *session, struct thread *thread)
{
    if (thread->call == CALL_NONE || thread->stops_at_exit || session->run_request == PTRACE_SYSCALL)
        return;
    thread->process->call_time_ns[thread->call] += monotonic_ns() - thread->call_started_ns;
    thread->call = CALL_NONE;
}

/* A filter of the target's own wants a tracer, which it would not have without us: the call fails as it would then (seccomp(2)). */
static void answer_foreign_filter(struct session *session, struct thread *thread)
{
    tracee_skip_syscall(thread->tid, -ENOSYS);
    thread_run_on(session, thread);
}

static void act_on_filter(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    switch (info->seccomp.ret_data) {
    case SECCOMP_FILTER_MARK:
        enter(session, thread, info->seccomp.nr, info->seccomp.args);
        break;
    case STRICT_MODE_MARK:
        strict_mode_violated(thread);
        thread_run_on(session, thread);
        break;
    default:
        answer_foreign_filter(session, thread);
        break;
    }
}

void calls_act(struct session *session, struct thread *thread, enum stop_kind kind)
{
    struct __ptrace_syscall_info info;
    const bool known = tracee_syscall_info(thread->tid, &info) >= 0;

    if (known && info.arch != AUDIT_ARCH_X86_64) /* 32-bit code: its numbers mean other calls */
        thread_run_on(session, thread);
    else if (known && info.op == PTRACE_SYSCALL_INFO_SECCOMP)
        act_on_filter(session, thread, &info);
    else if (known && info.op == PTRACE_SYSCALL_INFO_ENTRY)
        enter(session, thread, info.entry.nr, info.entry.args);
    else if (known && info.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(session, thread, info.exit.rval, info.exit.is_error);
    else
        thread_run_on(session, thread);
}

/* ---- The end of a thread --------------------------------------------------------------------------------------------------- */

static bool is_last(const struct thread *thread)
{
    for (const struct thread *other = thread->process->threads; other; other = other->next)
        if (other != thread && other->state != THREAD_EXITING)
            return false;
    return true;
}

void calls_act_on_exit(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;
    unsigned long status = 0;

    thread->at_exit = true;
    realtime_watch_thread_ends(session, thread);
    tracee_event_message(thread->tid, &status);
    /* A thread that ends alone has an exit status and others that live on; one that exec got rid of, too. */
    const bool killed = WIFSIGNALED((int)status);
    if (process->is_program && !process->judged && (killed || is_last(thread))) {
        if (killed && WTERMSIG((int)status) == SIGKILL)
            oom_kill_record(session, process);
        if (killed && WTERMSIG((int)status) == SIGSEGV)
            refusal_tracking_killed(session, thread);
        freeze_begin(session, process, killed ? FREEZE_DEATH : FREEZE_EXIT);
    }
    thread_run_on(session, thread);
}
