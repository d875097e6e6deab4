/* SPDX-License-Identifier: MIT */
#include "refusal_tracking.h"

#include <errno.h>
#include <sys/mman.h>

#include "address_space.h"
#include "limits/kernel_files.h"
#include "limits/limit_list.h"
#include "limits/look.h"
#include "limits/refusal.h"
#include "lock_tracking.h"
#include "memory_calls.h"
#include "supervisor.h"

enum { PAGE = 4096 };

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

/* What the call asked for. Of brk `result` is where the heap ends. */
static struct memory_request request_of(const struct thread *thread, uint64_t result)
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
    default:
        return (struct memory_request){.maps = true};
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
    default:
        return 0;
    }
}

static void explain(struct session *session, const struct process *process, const struct memory_request *request,
                    struct refused_call *call)
{
    struct kernel_files files;
    struct machine_look machine;
    struct process_look look;

    if (!kernel_files_open(&files))
        return;
    if (process_look_read(&files, process->space->memory.tid, &look) == 0) {
        const struct limits_context context = {.machine = &machine, .process = &look};
        struct limit_list list;
        raised_limits_subtract(process, &look);
        process_look_count_mappings(&files, &look);
        machine_look_read(&files, &machine);
        limit_list_make(&context, &list);
        refusal_explain(&list, request, call);
        limit_list_finish(&list);
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
    const struct memory_request request = request_of(thread, (uint64_t)result);
    call.bytes = request.bytes;
    if (calls->count < REFUSED_CALLS_MAX)
        explain(session, thread->process, &request, &call);
    call.stack = stack_sites_copy(&session->lock_sites, call.site);
    refused_calls_add(calls, &call);
}
