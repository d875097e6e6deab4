/* SPDX-License-Identifier: MIT */
#include "call_tampering.h"

#include <stdlib.h>
#include <sys/syscall.h>

#include "base/xalloc.h"
#include "calls/system_call.h"
#include "syscalls/injection.h"
#include "tracer/address_space.h"
#include "tracer/attach.h"
#include "tracer/freeze.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"

struct call_tampering {
    const struct injection *current;   /* of the call that the thread is in; NULL: none */
    uint64_t delay_ns;                 /* to be held for before it goes on */
    bool keeps_break;                  /* it is a brk that fails, and is made as one that changes nothing */
    unsigned seen[SYSCALL_TABLE_SIZE]; /* calls that an injection was for, by number */
};

/* The last injection for a call counts, as the last word on a command line does. */
static const struct injection *injection_for(const struct session *session, uint64_t number)
{
    for (size_t i = session->settings->injection_count; i-- > 0;)
        if (call_set_has(&session->settings->injections[i].calls, number))
            return &session->settings->injections[i];
    return NULL;
}

static const struct injection *choose(const struct session *session, struct thread *thread)
{
    const uint64_t number = thread->traced->number;
    const struct injection *injection = thread->traced->abi == CALL_ABI_64 ? injection_for(session, number) : NULL;

    if (!injection || number >= SYSCALL_TABLE_SIZE)
        return NULL;
    if (!thread->tampering)
        thread->tampering = xcalloc(1, sizeof *thread->tampering);
    return injection_when_holds(&injection->when, ++thread->tampering->seen[number]) ? injection : NULL;
}

static void poke(struct thread *thread, const struct injection_pokes *pokes)
{
    for (size_t i = 0; i < pokes->count; i++)
        tracee_memory_write(&thread->process->space->memory, thread->traced->arguments[pokes->items[i].argument],
                            pokes->items[i].bytes, pokes->items[i].size);
}

/* The C library takes what brk returns for the break, whatever it is, and knows a failure by a break that is not the one it asked
 * for. So a brk that is to fail asks for none. A log shows what the user asked for all the same, as strace does. */
static bool fails_by_its_result(const struct session *session, const struct thread *thread, const struct injection *injection)
{
    return !session->settings->trace && thread->traced->number == SYS_brk && injection->parts & INJECT_ERROR;
}

/* Another call is made in place of this one: none (-1), or one that does nothing. */
static void replace_call(const struct session *session, const struct thread *thread, const struct injection *injection)
{
    struct user_regs_struct registers;

    if (tracee_registers(thread->tid, &registers) != 0)
        return;
    thread->tampering->keeps_break = fails_by_its_result(session, thread, injection);
    if (thread->tampering->keeps_break)
        registers.rdi = 0;
    else
        registers.orig_rax = (unsigned long long)(long)injection->instead;
    tracee_set_registers(thread->tid, &registers);
}

int call_tampering_enter(struct session *session, struct thread *thread)
{
    const struct injection *injection = session->settings->injection_count > 0 ? choose(session, thread) : NULL;

    if (thread->tampering)
        thread->tampering->current = injection;
    if (!injection)
        return 0;
    if (session->settings->injection_times)
        session->settings->injection_times[injection - session->settings->injections]++;
    if (injection->parts & INJECT_POKE_ENTER)
        poke(thread, &injection->poke_enter);
    if (injection->parts & (INJECT_ERROR | INJECT_VALUE))
        replace_call(session, thread, injection);
    if (injection->parts & INJECT_DELAY_ENTER)
        thread->tampering->delay_ns = injection->delay_enter_ns;
    thread->traced->delayed = (injection->parts & (INJECT_DELAY_ENTER | INJECT_DELAY_EXIT)) != 0;
    return injection->parts & INJECT_SIGNAL ? injection->signal : 0;
}

bool call_tampering_is_pending(const struct thread *thread)
{
    return thread->tampering && thread->tampering->current;
}

bool call_tampering_replaces(const struct thread *thread)
{
    return call_tampering_is_pending(thread) && thread->tampering->current->parts & (INJECT_ERROR | INJECT_VALUE);
}

void call_tampering_forget(struct thread *thread)
{
    if (thread->tampering)
        thread->tampering->current = NULL;
}

/* The program's own argument comes back: a call leaves the register as it was. */
static void restore_break(struct thread *thread)
{
    struct user_regs_struct registers;

    thread->tampering->keeps_break = false;
    if (tracee_registers(thread->tid, &registers) != 0)
        return;
    registers.rdi = thread->traced->arguments[0];
    tracee_set_registers(thread->tid, &registers);
    thread->traced->failed = thread->traced->injected = true;
}

static void replace_result(struct thread *thread, int64_t result)
{
    struct user_regs_struct registers;

    if (tracee_registers(thread->tid, &registers) != 0)
        return;
    registers.rax = (unsigned long long)result;
    if (tracee_set_registers(thread->tid, &registers) != 0)
        return;
    thread->traced->result = result;
    thread->traced->failed = result < 0 && result >= -4095;
    thread->traced->injected = true;
}

int call_tampering_leave(struct session *session, struct thread *thread)
{
    const struct injection *injection = thread->tampering ? thread->tampering->current : NULL;

    if (!injection)
        return 0;
    thread->tampering->current = NULL;
    if (thread->tampering->keeps_break)
        restore_break(thread);
    else if (injection->parts & INJECT_ERROR)
        replace_result(thread, -injection->error);
    else if (injection->parts & INJECT_VALUE)
        replace_result(thread, (int64_t)injection->value);
    if (injection->parts & INJECT_POKE_EXIT)
        poke(thread, &injection->poke_exit);
    if (injection->parts & INJECT_DELAY_EXIT)
        thread->tampering->delay_ns = injection->delay_exit_ns;
    return 0;
}

/* ---- Delays ---------------------------------------------------------------------------------------------------------------- */

void call_tampering_resume(struct session *session, struct thread *thread, int signal)
{
    const uint64_t delay = thread->tampering ? thread->tampering->delay_ns : 0;

    if (delay == 0 || detach_wanted(session, thread->process)) {
        thread_deliver(session, thread, signal);
        return;
    }
    thread->tampering->delay_ns = 0;
    if (!session->settings->trace) /* a process that is brought to a standstill need not wait for it */
        thread->state = THREAD_HELD;
    thread->delayed_until_ns = monotonic_ns() + delay;
    thread->held_signal = signal;
    session->delayed++;
}

uint64_t call_tampering_deadline(const struct session *session)
{
    uint64_t deadline = UINT64_MAX;

    for (const struct process *process = session->table.processes; process; process = process->next)
        for (const struct thread *thread = process->threads; thread; thread = thread->next)
            if (thread->delayed_until_ns != 0 && thread->delayed_until_ns < deadline)
                deadline = thread->delayed_until_ns;
    return deadline;
}

void call_tampering_release(struct session *session, uint64_t now)
{
    for (struct process *process = session->table.processes; process; process = process->next)
        for (struct thread *thread = process->threads; thread; thread = thread->next) {
            if (thread->delayed_until_ns == 0 || thread->delayed_until_ns > now)
                continue;
            thread->delayed_until_ns = 0;
            session->delayed--;
            thread_deliver(session, thread, thread->held_signal);
        }
}

void call_tampering_destroy(struct call_tampering *tampering)
{
    free(tampering);
}
