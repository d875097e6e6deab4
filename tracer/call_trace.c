/* SPDX-License-Identifier: MIT */
#include "call_trace.h"

#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "address_space.h"
#include "freeze.h"
#include "supervisor.h"
#include "syscalls/decoder.h"
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
    call->stack_pointer = info->stack_pointer;
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

static void enter(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    const struct memory_view memory = tracee_memory_view(&thread->process->space->memory);

    if (!thread->traced)
        thread->traced = xcalloc(1, sizeof *thread->traced);
    clear(thread->traced);
    if (is_hidden(session, thread, info->entry.nr))
        return;
    recognise(thread->traced, info);
    struct decoder decoder = decoder_of(session, thread, &memory);
    decode_entry(&decoder);
    const struct trace_events *trace = session->settings->trace;
    trace->call_entered(trace->context, thread->tid, session->table.thread_count, thread->traced);
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
    struct decoder decoder = decoder_of(session, thread, &memory);
    decode_exit(&decoder);
    hand_on(session, thread);
}

void call_trace_act(struct session *session, struct thread *thread)
{
    struct __ptrace_syscall_info info;
    const bool known = tracee_syscall_info(thread->tid, &info) >= 0;

    if (known && info.op == PTRACE_SYSCALL_INFO_ENTRY)
        enter(session, thread, &info);
    else if (known && info.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(session, thread, &info);
    thread_run_on(session, thread);
}

void call_trace_signal(struct session *session, struct thread *thread)
{
    const struct trace_events *trace = session->settings->trace;
    siginfo_t info;

    if (session->result->started && tracee_signal_info(thread->tid, &info) == 0)
        trace->signalled(trace->context, thread->tid, session->table.thread_count, &info);
}

void call_trace_stop(struct session *session, struct thread *thread, int signal)
{
    const struct trace_events *trace = session->settings->trace;

    if (session->result->started)
        trace->stopped(trace->context, thread->tid, session->table.thread_count, signal);
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
