/* SPDX-License-Identifier: MIT */
#include "refusal_tracking.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <linux/mman.h> /* MADV_COLLAPSE */
#include <sys/mman.h>

#include "limits/kernel_files.h"
#include "limits/limit_list.h"
#include "limits/look.h"
#include "limits/process_list.h"
#include "limits/refusal.h"
#include "tracer/address_space.h"
#include "tracer/calls/clone_request.h"
#include "tracer/calls/memory_calls.h"
#include "tracer/locks/lock_kernel.h"
#include "tracer/locks/lock_tracking.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"

/* What a function may use below the stack pointer (System V ABI, 3.2.2). */
enum { PAGE = 4096, RED_ZONE = 128 };

static uint64_t whole_pages(uint64_t size)
{
    return (size + PAGE - 1) & -(uint64_t)PAGE;
}

static struct memory_request mmap_request(const uint64_t arguments[6])
{
    const bool writable = arguments[2] & PROT_WRITE, private = (arguments[3] & MAP_TYPE) == MAP_PRIVATE;
    const bool reserved = !(arguments[3] & (MAP_NORESERVE | MAP_HUGETLB));

    return (struct memory_request){.bytes = whole_pages(arguments[1]),
                                   .new_addresses = true,
                                   .data = writable && private,
                                   .committed = reserved && (private ? writable : (arguments[3] & MAP_ANONYMOUS) != 0),
                                   .maps = true};
}

/* Another task: either there are too many, or there is no memory for a copy of this one. */
static struct memory_request task_request(struct thread *thread, int error)
{
    const bool copies = !(clone_request_read(thread).flags & CLONE_VM);

    return (struct memory_request){.task = error == EAGAIN, .committed = error == ENOMEM && copies};
}

/* What the call asked for. Of brk `result` is where the heap ends. */
static struct memory_request request_of(struct thread *thread, uint64_t result, int error)
{
    const uint64_t *arguments = thread->call_arguments;

    switch (thread->call) {
    case CALL_mmap:
        return mmap_request(arguments);
    case CALL_brk:
        return (struct memory_request){whole_pages(arguments[0] - result), true, true, true, true};
    case CALL_mremap: /* of memory of the usual kind */
        return (struct memory_request){arguments[2] > arguments[1] ? whole_pages(arguments[2]) - whole_pages(arguments[1]) : 0,
                                       true, true, true, true};
    case CALL_mprotect:
        return (struct memory_request){
            .bytes = arguments[2] & PROT_WRITE ? whole_pages(arguments[1]) : 0, .data = true, .committed = true, .maps = true};
    case CALL_clone:
    case CALL_clone3:
    case CALL_fork:
    case CALL_vfork:
        return task_request(thread, error);
    default:
        return (struct memory_request){.bytes = whole_pages(arguments[1]), .maps = true};
    }
}

/* The errno of a call that was refused for want of something; else 0. */
static int refusal_of(const struct thread *thread, int64_t result, bool failed)
{
    switch (thread->call) {
    case CALL_brk: /* never fails: it says where the heap ends, which is where it was */
        return !failed && thread->call_arguments[0] > (uint64_t)result ? ENOMEM : 0;
    case CALL_mmap:
    case CALL_mremap:
    case CALL_mprotect:
    case CALL_munmap:
        return failed && result == -ENOMEM ? ENOMEM : 0;
    case CALL_madvise: /* with ENOMEM something is not mapped; to find no huge page is no refusal */
        return failed && result == -EAGAIN && (int)thread->call_arguments[2] != MADV_COLLAPSE ? EAGAIN : 0;
    case CALL_clone:
    case CALL_clone3:
    case CALL_fork:
    case CALL_vfork:
        return failed && (result == -EAGAIN || result == -ENOMEM) ? (int)-result : 0;
    default:
        return 0;
    }
}

/* What a copy of the process would commit: all that it can write to by itself. What it keeps from copies (MADV_DONTFORK) is not
 * known here. */
static void measure_copy(const struct process_look *look, struct memory_request *request)
{
    if (request->committed && request->bytes == 0)
        request->bytes = look->status.data.value + look->status.stack.value;
}

static void explain(struct session *session, const struct process *process, struct memory_request *request,
                    struct refused_call *call)
{
    struct kernel_files files;
    struct machine_look machine;
    struct process_list all = {0};
    struct process_look look;

    if (!kernel_files_open(&files))
        return;
    if (process_look_read(&files, process->space->memory.tid, &look) == 0) {
        const struct limits_context context = {.machine = &machine, .process = &look, .all = request->task ? &all : NULL};
        struct limit_list list;
        raised_limits_subtract(process, &look);
        process_look_count_mappings(&files, &look);
        machine_look_read(&files, &machine);
        if (request->task)
            process_list_read(&files, &all);
        measure_copy(&look, request);
        limit_list_make(&context, &list);
        refusal_explain(&list, request, call);
        limit_list_finish(&list);
        process_list_finish(&all);
    }
    process_look_finish(&look);
    kernel_files_close(&files);
}

/* Of very many equal ones, only the first is looked into. */
void refusal_tracking_leave(struct session *session, struct thread *thread, int64_t result, bool failed)
{
    struct refused_calls *calls = &thread->process->record.refused;
    const int error = refusal_of(thread, result, failed);

    if (error == 0 || memory_call_is_own(thread))
        return;
    struct refused_call call = {.name = supervised_calls[thread->call].name,
                                .error = error,
                                .at_ns = session_time_ns(session),
                                .count = 1,
                                .site = lock_tracking_site(session, thread)};
    if (refused_calls_repeat(calls, call.name, error, call.site))
        return;
    struct memory_request request = request_of(thread, (uint64_t)result, error);
    if (calls->count < REFUSED_CALLS_MAX)
        explain(session, thread->process, &request, &call);
    call.bytes = request.bytes;
    call.stack = stack_sites_copy(&session->lock_sites, call.site);
    refused_calls_add(calls, &call);
}

/* ---- The stack ------------------------------------------------------------------------------------------------------------- */

/* The mapping of the stack that the thread is on, if the address at which it failed is below that, and not farther than the stack
 * pointer or a page. */
static bool find_stack(const struct thread *thread, uint64_t pointer, struct memory_map *stack)
{
    struct memory_maps maps;
    bool found = false;

    if (tracee_memory_maps(&thread->process->space->memory, &maps) != 0)
        return false;
    for (size_t i = 0; i < maps.count && !found; i++) {
        *stack = maps.maps[i];
        found = strcmp(stack->path, "[stack]") == 0 && thread->fault_address < stack->start && pointer < stack->end &&
                thread->fault_address + PAGE >= pointer - RED_ZONE;
    }
    stack->path = NULL;
    memory_maps_finish(&maps);
    return found;
}

void refusal_tracking_killed(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;
    struct refused_call call = {.name = STACK_GROWTH, .at_ns = session_time_ns(session), .count = 1};
    struct user_regs_struct registers;
    struct memory_map stack;

    if (thread->fault_address == 0 || process_borrows_memory(process) || tracee_registers(thread->tid, &registers) != 0 ||
        !find_stack(thread, registers.rsp, &stack))
        return;
    call.bytes = stack.start - (thread->fault_address & -(uint64_t)PAGE);
    struct memory_request request = {.bytes = call.bytes, .new_addresses = true, .committed = true, .stack = true};
    request.locked = lock_kernel_locked_until(process, stack.start) > stack.start;
    explain(session, process, &request, &call);
    if (call.limit_count == 0) /* it may have been any wrong address */
        return;
    call.site = lock_tracking_site(session, thread);
    call.stack = stack_sites_copy(&session->lock_sites, call.site);
    refused_calls_add(&process->record.refused, &call);
}
