/* SPDX-License-Identifier: MIT */
#include "call_trace.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "address_space.h"
#include "call_tampering.h"
#include "freeze.h"
#include "seccomp_filter.h"
#include "supervisor.h"
#include "syscalls/decoder.h"
#include "syscalls/injection.h"
#include "tracee.h"
#include "xalloc.h"

/* A program for x32 marks its numbers with this bit (arch/x86/include/uapi/asm/unistd.h). */
static const uint64_t x32_mark = 0x40000000;

/* The child is still ours until it has made its first execve, which is shown. */
static bool is_hidden(const struct session *session, const struct thread *thread, uint64_t number)
{
    return !session->result->started && thread->tid == session->launch.pid && number != SYS_execve;
}

static void clear(struct system_call *call)
{
    struct arena arena = call->arena;

    arena_reset(&arena);
    *call = (struct system_call){.arena = arena};
}

static void recognise(struct system_call *call, const struct __ptrace_syscall_info *info)
{
    call->number = info->entry.nr;
    memcpy(call->arguments, info->entry.args, sizeof call->arguments);
    if (info->arch != AUDIT_ARCH_X86_64)
        call->abi = CALL_ABI_32;
    else if (call->number & x32_mark && call->number >> 32 == 0)
        call->abi = CALL_ABI_X32;
    call->row = call->abi == CALL_ABI_64 ? syscall_table_row(call->number) : NULL;
}

static struct decoder decoder_of(const struct session *session, struct thread *thread, const struct memory_view *memory)
{
    return (struct decoder){
        .call = thread->traced, .memory = memory, .options = session->settings->decode, .arena = &thread->traced->arena};
}

/* Whether anybody wants to know of this call, or changes it. */
static bool is_wanted(const struct session *session, uint64_t number)
{
    if (call_set_has(session->settings->calls, number))
        return true;
    for (size_t i = 0; i < session->settings->injection_count; i++)
        if (call_set_has(&session->settings->injections[i].calls, number))
            return true;
    return false;
}

/* Returns the signal that the thread is to go on with. */
static int enter(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    const struct trace_events *trace = session->settings->trace;
    const struct memory_view memory = tracee_memory_view(&thread->process->space->memory);

    if (!thread->traced)
        thread->traced = xcalloc(1, sizeof *thread->traced);
    clear(thread->traced);
    recognise(thread->traced, info);
    cpu_sharing_before_call(&session->sharing, info->entry.nr, thread->traced->row ? thread->traced->row->effects : EFFECT_FORKS);
    if (is_hidden(session, thread, info->entry.nr) || !is_wanted(session, info->entry.nr))
        return 0;
    struct decoder decoder = decoder_of(session, thread, &memory);
    decode_entry(&decoder);
    trace->call_entered(trace->context, thread->tid, session->table.thread_count, thread->traced);
    return session->result->started ? call_tampering_enter(session, thread) : 0;
}

static void hand_on(const struct session *session, const struct thread *thread)
{
    const struct trace_events *trace = session->settings->trace;

    trace->call_left(trace->context, thread->tid, session->table.thread_count, thread->traced);
    thread->traced->entered = false;
}

static void leave(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    const struct memory_view memory = tracee_memory_view(&thread->process->space->memory);
    struct system_call *call = thread->traced;

    if (!call || !call->entered)
        return;
    call->returned = true;
    call->result = info->exit.rval;
    call->failed = info->exit.is_error && !(call->row && call->row->effects & EFFECT_NEVER_FAILS);
    call_tampering_leave(session, thread);
    struct decoder decoder = decoder_of(session, thread, &memory);
    decode_exit(&decoder);
    hand_on(session, thread);
}

static void share_cpu(struct session *session, const struct thread *thread, bool at_exit)
{
    if (session->table.thread_count > 1)
        cpu_sharing_part(&session->sharing);
    else if (at_exit && session->result->started)
        cpu_sharing_join(&session->sharing, thread->tid);
}

/* A stop that the filter selected. Any other mark is of a filter of the program's own, which wants a tracer that would not be there
 * without us: the call fails as it would then (seccomp(2)). */
static void act_on_filter(struct session *session, struct thread *thread, struct __ptrace_syscall_info *info)
{
    if (info->seccomp.ret_data != SECCOMP_FILTER_MARK) {
        tracee_skip_syscall(thread->tid, -ENOSYS);
        thread_run_on(session, thread);
        return;
    }
    if (info->seccomp.nr == SYS_clone && (info->seccomp.args[0] & CLONE_UNTRACED))
        tracee_forbid_untraced(thread->tid);
    static_assert(offsetof(struct __ptrace_syscall_info, seccomp.nr) == offsetof(struct __ptrace_syscall_info, entry.nr) &&
                      offsetof(struct __ptrace_syscall_info, seccomp.args) == offsetof(struct __ptrace_syscall_info, entry.args),
                  "the kernel has both alike");
    const int signal = enter(session, thread, info);
    call_tampering_resume(session, thread, thread->traced->entered ? PTRACE_SYSCALL : session->run_request, signal);
}

void call_trace_act(struct session *session, struct thread *thread, enum stop_kind kind)
{
    struct __ptrace_syscall_info info = {0};
    const bool known = tracee_syscall_info(thread->tid, &info) >= 0;
    int signal = 0;

    if (known && info.op == PTRACE_SYSCALL_INFO_SECCOMP && kind == STOP_SECCOMP) {
        act_on_filter(session, thread, &info);
        return;
    }
    if (known && info.op == PTRACE_SYSCALL_INFO_ENTRY)
        signal = enter(session, thread, &info);
    else if (known && info.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(session, thread, &info);
    share_cpu(session, thread, known && info.op == PTRACE_SYSCALL_INFO_EXIT);
    call_tampering_resume(session, thread, session->run_request, signal);
}

void call_trace_exec(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;

    if (!session->settings->detach_on_exec || (process->pid == session->launch.pid && !process->has_run))
        process->has_run = true;
    else
        process->lets_go = true;
}

void call_trace_let_go(struct session *session, struct thread *thread)
{
    const struct trace_events *trace = session->settings->trace;

    if (thread->traced && thread->traced->entered)
        hand_on(session, thread);
    trace->detached(trace->context, thread->tid);
}

void call_trace_signal(struct session *session, struct thread *thread)
{
    const struct trace_events *trace = session->settings->trace;
    siginfo_t info;

    if (session->result->started && tracee_signal_info(thread->tid, &info) == 0)
        trace->signalled(trace->context, thread->tid, session->table.thread_count, &info);
}

void call_trace_end(struct session *session, struct thread *thread, int status)
{
    const struct trace_events *trace = session->settings->trace;

    if (thread->traced && thread->traced->entered)
        hand_on(session, thread);
    if (session->result->started)
        trace->ended(trace->context, thread->tid, session->table.thread_count, status);
}

void call_trace_destroy(struct system_call *call)
{
    if (call)
        arena_finish(&call->arena);
    free(call);
}
