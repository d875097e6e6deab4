/* SPDX-License-Identifier: MIT */
#include "realtime_tracking.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "abi/signals.h"
#include "abi/syscall_table.h"
#include "syscalls/call_set.h"
#include "tracer/address_space.h"
#include "tracer/calls/memory_calls.h"
#include "tracer/locks/lock_tracking.h"
#include "tracer/supervisor.h"
#include "realtime_faults.h"
#include "realtime_watch.h"

/* What glibc gives a thread that asks for nothing else. */
enum { LARGE_STACK = 8 << 20 };

/* Numbers of character devices that are terminals (Documentation/admin-guide/devices.txt): consoles, and the slaves of ptys. */
enum { TTY_MAJOR = 4, CONSOLE_MAJOR = 5, PTS_MAJOR_FIRST = 136, PTS_MAJOR_LAST = 143 };

void realtime_tracking_add_calls(const struct session_settings *settings, struct call_set *calls)
{
    for (unsigned i = 0; i < realtime_call_count; i++)
        call_set_add(calls, realtime_calls[i].number);
    if (settings->realtime_from.start == REALTIME_BY_CALL)
        call_set_add(calls, settings->realtime_from.call);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

static bool is_terminal(dev_t device)
{
    const unsigned number = major(device);

    return number == TTY_MAJOR || number == CONSOLE_MAJOR || (number >= PTS_MAJOR_FIRST && number <= PTS_MAJOR_LAST);
}

/* Asked of the kernel alone: a file system may be served by a process that waits for us. */
static enum realtime_file file_of(const struct thread *thread, int descriptor)
{
    char link[64];
    struct statx status;

    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)thread->tid, descriptor);
    if (statx(AT_FDCWD, link, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &status) != 0)
        return REALTIME_FILE_OTHER;
    if (S_ISREG(status.stx_mode))
        return REALTIME_FILE_REGULAR;
    if (S_ISBLK(status.stx_mode))
        return REALTIME_FILE_BLOCK_DEVICE;
    if (S_ISCHR(status.stx_mode) && is_terminal(makedev(status.stx_rdev_major, status.stx_rdev_minor)))
        return REALTIME_FILE_TERMINAL;
    return REALTIME_FILE_OTHER;
}

static void keep(struct session *session, struct thread *thread, const struct realtime_call *call, enum realtime_offence offence,
                 const char *detail)
{
    realtime_facts_call(&thread->process->realtime->facts, &(struct realtime_call_fact){
                                                               .offence = offence,
                                                               .name = call->row->name,
                                                               .detail = detail,
                                                               .tid = thread->tid,
                                                               .site = lock_tracking_site(session, thread),
                                                           });
}

static void judge(struct session *session, struct thread *thread, const struct realtime_call_row *row)
{
    struct address_space *space = thread->process->space;
    const struct memory_view view = tracee_memory_view(&space->memory);
    const struct realtime_call call = {
        .row = row,
        .arguments = thread->call_arguments,
        .memory = &view,
        .file = row->class == REALTIME_DESCRIPTOR ? file_of(thread, (int)thread->call_arguments[0]) : REALTIME_FILE_OTHER,
        .program_break = space->locks.program_break,
    };
    const char *detail;
    const enum realtime_offence offence = realtime_call_judge(&call, &detail);

    if (offence != OFFENCE_NONE)
        keep(session, thread, &call, offence, detail);
    if (offence == OFFENCE_MEMORY && realtime_call_trims(&call))
        keep(session, thread, &call, OFFENCE_TRIM, NULL);
}

/* Whether its exit tells something: that of all calls that change memory is waited for in any case. */
static bool matters_at_exit(const struct realtime_call_row *row)
{
    return row->class == REALTIME_SCHEDULE || row->class == REALTIME_MEMORY;
}

bool realtime_tracking_enter(struct session *session, struct thread *thread, uint64_t number)
{
    const struct realtime_from *from = &session->settings->realtime_from;

    if (!thread->realtime || !thread->process->is_program)
        return false;
    const struct realtime_call_row *row = realtime_call_find(number);
    thread->realtime->pending = row && matters_at_exit(row) ? row : NULL;
    if (from->start == REALTIME_BY_CALL && number == from->call)
        realtime_watch_begin(session, thread, REALTIME_BY_CALL, syscall_table_row(number)->name);
    realtime_faults_take(session, thread);
    if (row && realtime_watch_judges(thread) && !memory_call_is_own(thread))
        judge(session, thread, row);
    return thread->realtime->pending != NULL;
}

/* ---- What calls have done -------------------------------------------------------------------------------------------------- */

static void note_stack(struct realtime_facts *facts, const uint64_t arguments[6])
{
    if (!facts->locking.future || !(arguments[3] & MAP_STACK) || arguments[1] < LARGE_STACK)
        return;
    facts->large_stacks++;
    facts->large_stack_bytes += arguments[1];
}

void realtime_tracking_leave(struct session *session, struct thread *thread, bool failed)
{
    const struct realtime_call_row *row = thread->realtime ? thread->realtime->pending : NULL;

    if (!row)
        return;
    thread->realtime->pending = NULL;
    struct realtime_facts *facts = &thread->process->realtime->facts;
    if (failed)
        return;
    if (row->class == REALTIME_SCHEDULE)
        realtime_watch_refresh(session, thread);
    else if (row->number == __NR_mlockall)
        realtime_facts_lock(facts, thread->call_arguments[0]);
    else if (row->number == __NR_munlockall)
        realtime_facts_lock(facts, 0);
    else if (row->number == __NR_mmap)
        note_stack(facts, thread->call_arguments);
}

/* ---- What begins the real-time part ---------------------------------------------------------------------------------------- */

void realtime_tracking_mark(struct session *session, struct thread *thread)
{
    if (session->settings->realtime_from.start == REALTIME_BY_MARKER)
        realtime_watch_begin(session, thread, REALTIME_BY_MARKER, NULL);
}

void realtime_tracking_signal(struct session *session, struct thread *thread, int signal)
{
    const struct realtime_from *from = &session->settings->realtime_from;

    if (from->start == REALTIME_BY_SIGNAL && from->signal == signal)
        realtime_watch_begin(session, thread, REALTIME_BY_SIGNAL, signal_name(signal));
}

/* ---- Forks ----------------------------------------------------------------------------------------------------------------- */

void realtime_tracking_fork(struct session *session, struct thread *maker, const struct process *child)
{
    struct realtime_watch *watch = maker->process->realtime;

    if (!watch || !watch->facts.locking.current)
        return;
    realtime_facts_fork(&watch->facts,
                        &(struct realtime_fork_fact){.site = lock_tracking_site(session, maker), .child = child->pid});
}
