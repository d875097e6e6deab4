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

#include "base/clock_ns.h"
#include "base/xalloc.h"
#include "syscalls/decoder.h"
#include "tracer/address_space.h"
#include "tracer/attach.h"
#include "tracer/freeze.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "call_tampering.h"
#include "seccomp_filter.h"
#include "tracee_names.h"

/* What an interrupted call returns inside the kernel (include/linux/errno.h). */
enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

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
    call->known = true;
    call->number = info->entry.nr;
    call->instruction_pointer = info->instruction_pointer;
    memcpy(call->arguments, info->entry.args, sizeof call->arguments);
    call->stack_pointer = info->stack_pointer;
    if (info->arch != AUDIT_ARCH_X86_64)
        call->abi = CALL_ABI_32;
    else if (call->number & x32_mark && call->number >> 32 == 0)
        call->abi = CALL_ABI_X32;
    call->row = call->abi == CALL_ABI_64 ? syscall_table_row(call->number) : NULL;
}

/* ---- The thread as others see it ------------------------------------------------------------------------------------------- */

/* What an event is about, and what it refers to while it lasts. */
struct scene {
    struct memory_view memory;
    struct process_view process;
    struct tracee_names names;
    struct trace_thread thread;
};

static void scene_init(struct scene *scene, struct session *session, const struct thread *thread)
{
    const struct trace_wishes *wishes = &session->settings->trace->wishes;
    const struct system_call *call = thread->traced;

    scene->names = (struct tracee_names){thread->tid, wishes->descriptors};
    scene->process = tracee_names_view(&scene->names, wishes->process_names);
    scene->thread = (struct trace_thread){.tid = thread->tid,
                                          .pid = thread->process ? thread->process->pid : 0,
                                          .tracees = session->table.thread_count,
                                          .has_number = call && call->known,
                                          .number = call ? call->number : 0,
                                          .instruction_pointer = call ? call->instruction_pointer : 0,
                                          .process = &scene->process};
    if (thread->process) {
        const struct memory_view direct = tracee_memory_view(&thread->process->space->memory);
        page_cache_begin(&session->page_cache, &direct);
        scene->memory = page_cache_view(&session->page_cache);
        scene->thread.memory = &scene->memory;
    }
}

static struct decoder decoder_of(const struct scene *scene, struct system_call *call)
{
    return (struct decoder){
        .call = call, .memory = &scene->memory, .process = &scene->process, .options = call->options, .arena = &call->arena};
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

/* The call that the kernel makes to go on with one that was interrupted says nothing of that itself. */
static const char *interrupted_call(const struct system_call *call)
{
    return call->known && call->row ? call->row->name : "system call";
}

/* ---- Stacks ---------------------------------------------------------------------------------------------------------------- */

enum { STACK_MAX = 256 };

static bool changes_mappings(const struct session *session, const struct system_call *call)
{
    return session->settings->trace->wishes.stacks && effects_of(call) & (EFFECT_MAPS | EFFECT_UNMAPS | EFFECT_REMAPS);
}

/* At the entry, for the calls that do not come back, too. */
static void take_stack(struct session *session, struct thread *thread)
{
    struct system_call *call = thread->traced;
    uint64_t addresses[STACK_MAX];

    call->stack_size = unwinder_walk(&session->unwinder, thread, addresses, STACK_MAX);
    call->stack = arena_alloc(&call->arena, (call->stack_size + 1) * sizeof *call->stack);
    for (size_t i = 0; i < call->stack_size; i++) {
        const struct code_region *region = code_map_find(&thread->process->space->code, addresses[i] - 1);
        call->stack[i].address = addresses[i];
        if (!region)
            continue;
        call->stack[i].file_offset = addresses[i] - region->start + region->file_offset;
        call->stack[i].device = region->device;
        call->stack[i].inode = region->inode;
        call->stack[i].path = arena_copy(&call->arena, region->path, strlen(region->path));
    }
}

/* Decodes what is there before the call is done. */
static void announce(struct session *session, struct thread *thread)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct system_call *call = thread->traced;
    struct scene scene;

    scene_init(&scene, session, thread);
    if (session->settings->trace->wishes.times)
        call->entered_wall_ns = clock_ns(CLOCK_REALTIME);
    if (session->settings->trace->wishes.stacks)
        take_stack(session, thread);
    struct decoder decoder = decoder_of(&scene, call);
    decode_entry(&decoder);
    trace->call_entered(trace->context, &scene.thread, call);
    call->system_ns = thread->system_ns;
    if (session->settings->trace->wishes.times)
        call->entered_ns = monotonic_ns();
}

/* Returns the signal that the thread is to go on with. */
static int enter(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    const struct trace_events *trace = &session->settings->trace->events;

    if (!thread->traced)
        thread->traced = xcalloc(1, sizeof *thread->traced);
    struct system_call *call = thread->traced;
    const char *interrupted = interrupted_call(call);
    clear(call);
    if (is_hidden(session, thread, info->entry.nr))
        return 0;
    recognise(call, info);
    cpu_sharing_before_call(&session->sharing, call->number, call->row ? call->row->effects : EFFECT_FORKS);
    if (call->abi == CALL_ABI_64 && call->number == SYS_restart_syscall)
        call->resumes = interrupted;
    call->options = trace->options(trace->context, system_call_key(call));
    if (call->options)
        announce(session, thread);
    const int signal = session->result->started ? call_tampering_enter(session, thread) : 0;
    thread->stops_at_exit = call->entered || call_tampering_is_pending(thread) || changes_mappings(session, call);
    return signal;
}

static void hand_on(struct session *session, const struct scene *scene, struct system_call *call)
{
    const struct trace_events *trace = &session->settings->trace->events;

    trace->call_left(trace->context, &scene->thread, call);
    call->entered = false;
    if (++session->calls_logged == session->settings->trace->call_limit)
        detach_begin(session, DETACH_ALL);
}

/* It was interrupted, and goes on without us. */
static bool is_cut_off(const struct session *session, const struct thread *thread, int64_t result)
{
    return detach_wanted(session, thread->process) && result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
}

static void leave(struct session *session, struct thread *thread, const struct __ptrace_syscall_info *info)
{
    struct system_call *call = thread->traced;
    struct scene scene;

    thread->stops_at_exit = false;
    if (call && changes_mappings(session, call))
        code_map_forget(&thread->process->space->code);
    if (!call || is_cut_off(session, thread, info->exit.rval))
        return;
    if (session->settings->trace->wishes.times)
        call->left_ns = monotonic_ns();
    call->system_ns = thread->system_ns - call->system_ns;
    call->returned = true;
    call->result = info->exit.rval;
    call->failed = info->exit.is_error && !(call->row && call->row->effects & EFFECT_NEVER_FAILS);
    call->instruction_pointer = info->instruction_pointer;
    call_tampering_leave(session, thread);
    if (!call->entered)
        return;
    scene_init(&scene, session, thread);
    struct decoder decoder = decoder_of(&scene, call);
    decode_exit(&decoder);
    hand_on(session, &scene, call);
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
    call_tampering_resume(session, thread, signal);
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
    call_tampering_resume(session, thread, signal);
}

/* It is in a call that will not return. */
static void give_up(struct session *session, struct thread *thread)
{
    struct scene scene;

    if (!thread->traced || !thread->traced->entered)
        return;
    scene_init(&scene, session, thread);
    hand_on(session, &scene, thread->traced);
}

void call_trace_act_on_exit(struct session *session, struct thread *thread)
{
    give_up(session, thread);
    thread_run_on(session, thread);
}

/* ---- Other events ---------------------------------------------------------------------------------------------------------- */

static void take_instruction_pointer(const struct session *session, const struct thread *thread, struct scene *scene)
{
    struct __ptrace_syscall_info info;

    if (session->settings->trace->wishes.instruction_pointers && tracee_syscall_info(thread->tid, &info) >= 0)
        scene->thread.instruction_pointer = info.instruction_pointer;
}

void call_trace_signal(struct session *session, struct thread *thread)
{
    static const struct decode_options options = {.abbreviate = true, .dereference = true};
    const struct trace_events *trace = &session->settings->trace->events;
    struct scene scene;
    siginfo_t info;

    if (!session->result->started || !trace->signalled || tracee_signal_info(thread->tid, &info) != 0)
        return;
    scene_init(&scene, session, thread);
    take_instruction_pointer(session, thread, &scene);
    arena_reset(&session->signal.arena);
    struct decoder decoder = decoder_of(&scene, &session->signal);
    decoder.options = &options;
    trace->signalled(trace->context, &scene.thread, info.si_signo, decode_siginfo_bytes(&decoder, &info));
}

void call_trace_stop(struct session *session, struct thread *thread, int signal)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct scene scene;

    if (!session->result->started || !trace->stopped || detach_wanted(session, thread->process))
        return;
    scene_init(&scene, session, thread);
    take_instruction_pointer(session, thread, &scene);
    trace->stopped(trace->context, &scene.thread, signal);
}

void call_trace_fork(struct session *session, struct thread *thread, pid_t child)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct scene scene;

    if (!trace->forked)
        return;
    scene_init(&scene, session, thread);
    trace->forked(trace->context, &scene.thread, child);
}

/* Whether this is the first program of the launched process, which everything is about. */
static bool is_first_program(const struct session *session, const struct process *process)
{
    return process->pid == session->launch.pid && !process->has_run;
}

void call_trace_exec(struct session *session, struct thread *thread, pid_t former)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct process *process = thread->process;
    struct scene scene;

    process->lets_go = session->settings->trace->detach_on_exec && !is_first_program(session, process);
    process->has_run = true;
    if (!trace->executed)
        return;
    scene_init(&scene, session, thread);
    trace->executed(trace->context, &scene.thread, former);
}

void call_trace_let_go(struct session *session, struct thread *thread)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct scene scene;

    if (!trace->detached)
        return;
    scene_init(&scene, session, thread);
    struct system_call *call = thread->traced && thread->traced->entered ? thread->traced : NULL;
    if (call)
        call->detached = true;
    trace->detached(trace->context, &scene.thread, call);
}

void call_trace_end(struct session *session, struct thread *thread, int status)
{
    const struct trace_events *trace = &session->settings->trace->events;
    struct scene scene;

    give_up(session, thread);
    if (!session->result->started || !trace->ended)
        return;
    scene_init(&scene, session, thread);
    scene.thread.instruction_pointer = 0;
    scene.thread.memory = NULL;
    scene.thread.process = NULL;
    trace->ended(trace->context, &scene.thread, status);
}

void call_trace_flush(const struct session *session)
{
    const struct trace_events *trace = &session->settings->trace->events;

    if (trace->flush)
        trace->flush(trace->context);
}

void call_trace_destroy(struct system_call *call)
{
    if (call)
        arena_finish(&call->arena);
    free(call);
}
