/* SPDX-License-Identifier: MIT */
#include "injected_calls.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "calls/system_call.h"
#include "preload/ledger.h"
#include "tracer/address_space.h"
#include "tracer/freeze.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "call_tampering.h"

/* Memory for the ledger: without it there would be no report. */
static bool is_of_shim(uint64_t number, const uint64_t arguments[6])
{
    return number == SYS_mmap && arguments[3] & MAP_ANONYMOUS && (int)arguments[4] == LW_OWN_MAPPING;
}

/* A program that is not to have the shim is ready from its start. */
static bool is_ready(const struct session *session, struct process *process)
{
    if (!process->injects && process->is_program)
        process->injects = !process->space->shim_expected || ledger_is_ready(&session->shim, process->space);
    return process->injects;
}

bool injected_call_enter(struct session *session, struct thread *thread, uint64_t number)
{
    if (session->settings->injection_count == 0 || !is_ready(session, thread->process) ||
        is_of_shim(number, thread->call_arguments))
        return false;
    if (!thread->traced)
        thread->traced = xcalloc(1, sizeof *thread->traced);
    thread->traced->abi = CALL_ABI_64;
    thread->traced->number = number;
    thread->traced->injected = false;
    memcpy(thread->traced->arguments, thread->call_arguments, sizeof thread->traced->arguments);
    const int signal = call_tampering_enter(session, thread);
    if (signal != 0) /* this stop, unlike that of a log, is none that a signal can be handed over at */
        syscall(SYS_tgkill, thread->process->pid, thread->tid, signal);
    return call_tampering_replaces(thread);
}

bool injected_call_leave(struct session *session, struct thread *thread, int64_t *result, bool *failed)
{
    if (!call_tampering_is_pending(thread))
        return false;
    thread->traced->result = *result;
    thread->traced->failed = *failed;
    call_tampering_leave(session, thread);
    *result = thread->traced->result;
    *failed = thread->traced->failed;
    return thread->traced->injected;
}

void injected_call_resume(struct session *session, struct thread *thread, bool to_exit)
{
    if (session->settings->injection_count == 0) {
        thread_resume(session, thread, to_exit ? PTRACE_SYSCALL : session->run_request, 0);
        return;
    }
    thread->stops_at_exit = to_exit || call_tampering_is_pending(thread);
    call_tampering_resume(session, thread, 0);
}
