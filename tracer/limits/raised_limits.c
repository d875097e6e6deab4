/* SPDX-License-Identifier: MIT */
#include "raised_limits.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/size_text.h"
#include "limits/kernel_files.h"
#include "limits/look.h"
#include "tracer/address_space.h"
#include "tracer/calls/memory_calls.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"

static const int resources[RAISED_LIMITS] = {
    [RAISED_AS] = RLIMIT_AS, [RAISED_DATA] = RLIMIT_DATA, [RAISED_MEMLOCK] = RLIMIT_MEMLOCK};

/* ---- Raising --------------------------------------------------------------------------------------------------------------- */

/* A limit so large that nothing fits on top is none that can be met. */
static rlim_t plus(rlim_t limit, uint64_t bytes)
{
    rlim_t sum;

    return limit == RLIM_INFINITY || __builtin_add_overflow(limit, bytes, &sum) ? limit : sum;
}

static bool equal(const struct rlimit *a, const struct rlimit *b)
{
    return a->rlim_cur == b->rlim_cur && a->rlim_max == b->rlim_max;
}

/* What the program believes where the kernel has `real`: that is the same if we have not set it, or somebody else has since. */
static struct rlimit believed(const struct raised_limits *raised, enum raised_limit which, const struct rlimit *real)
{
    return raised->of[which].used && equal(&raised->of[which].real, real) ? raised->of[which].own : *real;
}

uint64_t raised_limits_bytes(const struct process *process, enum raised_limit which)
{
    const struct rlimit *own = &process->raised.of[which].own, *real = &process->raised.of[which].real;

    return process->raised.of[which].used && own->rlim_cur != RLIM_INFINITY ? real->rlim_cur - own->rlim_cur : 0;
}

/* Returns false if that is not allowed. */
static bool set(struct process *process, enum raised_limit which, const struct rlimit *own, const struct rlimit *real)
{
    if (prlimit(process->pid, resources[which], real, NULL) != 0)
        return false;
    process->raised.of[which].own = *own;
    process->raised.of[which].real = *real;
    process->raised.of[which].used = !equal(own, real);
    return true;
}

/* Makes a limit what it is to be with what is ours there, where the program wants `own` and the kernel has `real`. What the kernel
 * has as hard limit is never lowered: without a privilege there is no way back. */
static bool raise_limit(struct process *process, enum raised_limit which, const struct rlimit *own, const struct rlimit *real)
{
    const uint64_t bytes = process->space->own.counted[which];
    struct rlimit wanted = {plus(own->rlim_cur, bytes), real->rlim_max};

    if (wanted.rlim_cur > wanted.rlim_max)
        wanted.rlim_max = wanted.rlim_cur;
    bool done = set(process, which, own, &wanted);
    if (!done && wanted.rlim_max > real->rlim_max) {
        wanted = (struct rlimit){real->rlim_max, real->rlim_max};
        done = set(process, which, own, &wanted);
    }
    process->raised.of[which].missing = plus(own->rlim_cur, bytes) - own->rlim_cur - raised_limits_bytes(process, which);
    return done;
}

/* Limits of another user's process may be read here, but not set, by who lacks CAP_SYS_RESOURCE. */
static bool is_unlimited(const struct process *process, enum raised_limit which)
{
    struct resource_limits limits = {0};
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return false;
    resource_limits_read(&files, process->pid, &limits);
    kernel_files_close(&files);
    const struct known soft[RAISED_LIMITS] = {limits.address_space, limits.data, limits.locked};
    return soft[which].value == KNOWN_UNLIMITED;
}

static void settle_one(struct process *process, enum raised_limit which)
{
    const uint64_t bytes = process->space->own.counted[which], raised = raised_limits_bytes(process, which);
    struct rlimit real;

    if (bytes == raised)
        return;
    if (prlimit(process->pid, resources[which], NULL, &real) != 0) {
        process->raised.of[which].missing = bytes > raised && !is_unlimited(process, which) ? bytes - raised : 0;
        return;
    }
    const struct rlimit own = believed(&process->raised, which, &real);
    if (own.rlim_cur != RLIM_INFINITY)
        raise_limit(process, which, &own, &real);
    else
        process->raised.of[which].missing = 0;
}

static void settle(struct process *process)
{
    for (enum raised_limit which = 0; which < RAISED_LIMITS; which++)
        settle_one(process, which);
}

/* All that have this memory: after vfork, two processes. */
static void settle_all(const struct session *session, const struct address_space *space)
{
    for (struct process *process = session->table.processes; process; process = process->next)
        if (process->space == space)
            settle(process);
}

/* ---- What is ours ---------------------------------------------------------------------------------------------------------- */

/* When the shim takes memory for the first time, it is mapped itself. */
static void add_shim(const struct session *session, struct address_space *space)
{
    struct address_range whole, data;

    if (!ledger_find_shim(&session->shim, space, &whole, &data))
        return;
    space->own.counted[RAISED_AS] += whole.end - whole.start;
    space->own.counted[RAISED_DATA] += data.end - data.start;
}

static void add_mapping(const struct session *session, struct address_space *space, uint64_t size)
{
    if (space->own.counted[RAISED_AS] == 0)
        add_shim(session, space);
    space->own.counted[RAISED_AS] += size;
    space->own.counted[RAISED_DATA] += size;
    if (space->locks.future)
        space->own.counted[RAISED_MEMLOCK] += size;
}

static void remove_mapping(struct address_space *space, uint64_t size)
{
    space->own.counted[RAISED_AS] -= size;
    space->own.counted[RAISED_DATA] -= size;
    if (space->locks.future)
        space->own.counted[RAISED_MEMLOCK] -= size;
}

/* mlockall is held to the whole address space. */
static void lock_all(struct address_space *space)
{
    space->own.locked_before = space->own.counted[RAISED_MEMLOCK];
    space->own.counted[RAISED_MEMLOCK] = space->own.counted[RAISED_AS];
}

/* ---- Limits that the program asks for, and sets ---------------------------------------------------------------------------- */

/* Ids are those of the caller's PID namespace: of another one than ours they say nothing. */
static bool same_pid_space(pid_t tid)
{
    char path[64];
    struct stat ours, theirs;

    snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)tid);
    return stat("/proc/self/ns/pid", &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino;
}

/* The process whose limits a call is about; NULL: none of ours. */
static struct process *subject_of(const struct session *session, const struct thread *thread)
{
    const pid_t pid = thread->call == CALL_prlimit64 ? (pid_t)thread->call_arguments[0] : 0;

    if (pid == 0)
        return thread->process;
    if (!same_pid_space(thread->tid))
        return NULL;
    const struct thread *named = process_table_thread(&session->table, pid);
    return named ? named->process : NULL;
}

static bool find_limit(uint64_t resource, enum raised_limit *which)
{
    for (*which = 0; *which < RAISED_LIMITS; ++*which)
        if (resources[*which] == (int)resource)
            return true;
    return false;
}

static bool may_raise_hard_limits(pid_t tid)
{
    struct kernel_files files;
    struct process_look look;
    bool may = false;

    if (!kernel_files_open(&files))
        return may;
    if (process_look_read(&files, tid, &look) == 0)
        may = process_look_capable(&look, CAP_SYS_RESOURCE);
    process_look_finish(&look);
    kernel_files_close(&files);
    return may;
}

/* A call that tells or sets a limit that may be raised. */
struct limit_call {
    struct process *subject; /* whose limit */
    enum raised_limit which;
    uint64_t new_limit, old_limit; /* addresses; 0: none */
};

static bool decode(const struct session *session, const struct thread *thread, struct limit_call *call)
{
    const uint64_t *arguments = thread->call_arguments;
    const bool by_id = thread->call == CALL_prlimit64;

    *call = (struct limit_call){.subject = subject_of(session, thread)};
    if (by_id) {
        call->new_limit = arguments[2];
        call->old_limit = arguments[3];
    } else if (thread->call == CALL_setrlimit) {
        call->new_limit = arguments[1];
    } else {
        call->old_limit = arguments[1];
    }
    return call->subject && find_limit(arguments[by_id ? 1 : 0], &call->which);
}

static bool read_limit(const struct thread *thread, uint64_t address, struct rlimit *limit)
{
    const struct memory_view view = tracee_memory_view(&thread->process->space->memory);

    return address != 0 && memory_read(&view, address, limit, sizeof *limit) == sizeof *limit;
}

static bool write_limit(const struct thread *thread, uint64_t address, const struct rlimit *limit)
{
    return tracee_memory_write(&thread->process->space->memory, address, limit, sizeof *limit) == 0;
}

/* Does the call in the place of the kernel, which would tell what we have set, and could lower the hard limit for good. Whoever may
 * raise that asks the kernel. Returns false if the kernel is to do the call, or to say what is wrong with it. */
static bool answer(const struct limit_call *call, const struct thread *thread, const struct rlimit *real)
{
    struct raised_limits *raised = &call->subject->raised;
    const struct rlimit before = believed(raised, call->which, real);
    struct rlimit wanted = before;

    if (call->new_limit != 0 &&
        (!read_limit(thread, call->new_limit, &wanted) || wanted.rlim_cur > wanted.rlim_max || wanted.rlim_max > before.rlim_max))
        return false;
    if (call->new_limit == 0 && !raised->of[call->which].used)
        return false;
    if (call->old_limit != 0 && !write_limit(thread, call->old_limit, &before))
        return false;
    return call->new_limit == 0 || raise_limit(call->subject, call->which, &wanted, real);
}

/* A hard limit that we have raised, or not lowered, might let the program have one that it may not have. */
static bool is_forbidden(const struct limit_call *call, const struct thread *thread, const struct rlimit *real)
{
    struct rlimit wanted;

    return read_limit(thread, call->new_limit, &wanted) && wanted.rlim_cur <= wanted.rlim_max &&
           wanted.rlim_max > believed(&call->subject->raised, call->which, real).rlim_max && !may_raise_hard_limits(thread->tid);
}

static void enter_limit_call(const struct session *session, struct thread *thread)
{
    struct limit_call call;
    struct rlimit real;

    if (!decode(session, thread, &call) || prlimit(call.subject->pid, resources[call.which], NULL, &real) != 0)
        return;
    thread->limit_answered = call.subject == thread->process && answer(&call, thread, &real);
    if (thread->limit_answered)
        tracee_skip_syscall(thread->tid, 0);
    else if (is_forbidden(&call, thread, &real))
        tracee_skip_syscall(thread->tid, -EPERM);
}

/* The kernel has told what it has, and now has what it was asked for: the program is told what it knows, and gets what it wants. */
static void leave_limit_call(const struct session *session, struct thread *thread)
{
    struct limit_call call;
    struct rlimit told;

    if (thread->limit_answered || !decode(session, thread, &call)) {
        thread->limit_answered = false;
        return;
    }
    struct raised_limits *raised = &call.subject->raised;
    if (raised->of[call.which].used && read_limit(thread, call.old_limit, &told)) {
        const struct rlimit own = believed(raised, call.which, &told);
        write_limit(thread, call.old_limit, &own);
    }
    if (call.new_limit != 0) {
        raised->of[call.which].used = false;
        settle_one(call.subject, call.which);
    }
}

/* ---- Moments --------------------------------------------------------------------------------------------------------------- */

void raised_limits_enter(const struct session *session, struct thread *thread)
{
    struct address_space *space = thread->process->space;

    switch (thread->call) {
    case CALL_mmap:
        if (!memory_call_is_own(thread))
            return;
        add_mapping(session, space, thread->call_arguments[1]);
        settle_all(session, space);
        break;
    case CALL_mlockall:
        if (!(thread->call_arguments[0] & MCL_CURRENT))
            return;
        lock_all(space);
        settle_all(session, space);
        break;
    case CALL_getrlimit:
    case CALL_setrlimit:
    case CALL_prlimit64:
        enter_limit_call(session, thread);
        break;
    default:
        break;
    }
}

void raised_limits_leave(const struct session *session, struct thread *thread, bool failed)
{
    struct address_space *space = thread->process->space;

    switch (thread->call) {
    case CALL_mmap:
        if (!failed || !memory_call_is_own(thread))
            return;
        remove_mapping(space, thread->call_arguments[1]);
        settle_all(session, space);
        break;
    case CALL_mlockall:
        if (!failed || !(thread->call_arguments[0] & MCL_CURRENT))
            return;
        space->own.counted[RAISED_MEMLOCK] = space->own.locked_before;
        settle_all(session, space);
        break;
    case CALL_munlockall:
        space->own.counted[RAISED_MEMLOCK] = 0;
        settle_all(session, space);
        break;
    case CALL_getrlimit:
    case CALL_setrlimit:
    case CALL_prlimit64:
        if (!failed)
            leave_limit_call(session, thread);
        break;
    default:
        break;
    }
}

void raised_limits_fork(struct process *child, const struct process *maker)
{
    child->raised = maker->raised;
    settle(child);
}

void raised_limits_exec(struct process *process)
{
    settle(process);
}

void raised_limits_explain(struct process *process)
{
    static const char *const names[RAISED_LIMITS] = {
        [RAISED_AS] = "RLIMIT_AS", [RAISED_DATA] = "RLIMIT_DATA", [RAISED_MEMLOCK] = "RLIMIT_MEMLOCK"};

    for (enum raised_limit which = 0; which < RAISED_LIMITS; which++)
        if (process->raised.of[which].missing > 0)
            process_record_reason(&process->record,
                                  "%s could not be raised: %s of leakwatch's own memory in the process count against it",
                                  names[which], size_text(process->raised.of[which].missing).text);
}

void raised_limits_subtract(const struct process *process, struct process_look *look)
{
    const struct known space = known_value(raised_limits_bytes(process, RAISED_AS)),
                       data = known_value(raised_limits_bytes(process, RAISED_DATA)),
                       locked = known_value(raised_limits_bytes(process, RAISED_MEMLOCK));

    look->limits.address_space = known_minus(look->limits.address_space, space);
    look->limits.data = known_minus(look->limits.data, data);
    look->limits.locked = known_minus(look->limits.locked, locked);
    look->status.size = known_minus(look->status.size, space);
    look->status.data = known_minus(look->status.data, data);
    look->status.locked = known_minus(look->status.locked, locked);
}
