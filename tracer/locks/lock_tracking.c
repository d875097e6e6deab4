/* SPDX-License-Identifier: MIT */
#include "lock_tracking.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/calls/memory_calls.h"
#include "tracer/ledger/ledger_lookup.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "tracer/unwind/unwinder.h"
#include "lock_kernel.h"

enum { FRAMES_MAX = 128 };

uint32_t lock_tracking_site(struct session *session, struct thread *thread)
{
    uint64_t frames[FRAMES_MAX];
    const unsigned wanted = session->settings->callers;
    const struct call_stack stack = {
        .frames = frames,
        .frame_count = unwinder_walk(&session->unwinder, thread, frames, wanted < FRAMES_MAX ? wanted : FRAMES_MAX),
        .generation = ledger_generation(&session->shim, thread->process->space),
    };

    return stack_sites_add(&session->lock_sites, &stack);
}

bool lock_tracking_is_freed(void *context, const struct lock_claim *claim)
{
    struct address_space *space = context;
    const struct memory_view view = tracee_memory_view(&space->memory);

    return claim->block != 0 && !ledger_is_live(&view, space->ledger, claim->block);
}

/* ---- Failures -------------------------------------------------------------------------------------------------------------- */

/* What a call was to do, and who made it. */
struct attempt {
    struct session *session;
    struct thread *thread;
    struct lock_replay *replay;
    enum lock_call call;
    int error; /* errno; 0: it succeeded */
    uint64_t address, size;
};

/* Of very many equal failures, only the first is looked into. */
static void note_failure(const struct attempt *attempt)
{
    struct lock_event event = {
        .kind = LOCK_EVENT_FAILED,
        .site = lock_tracking_site(attempt->session, attempt->thread),
        .address = attempt->address,
        .size = attempt->size,
        .failure = {.call = attempt->call,
                    .name = supervised_calls[attempt->thread->call].name,
                    .error = attempt->error,
                    .address = attempt->address,
                    .size = attempt->size},
    };

    if (lock_replay_repeats(attempt->replay, &event))
        return;
    lock_kernel_explain(attempt->session, attempt->thread->process, &event.failure);
    lock_replay_event(attempt->replay, &event);
}

static bool is_refusal(int error)
{
    return error == EAGAIN || error == EPERM || error == ENOMEM;
}

/* A call that fails on its way may have locked what came first, or all if only bringing it into RAM failed: the kernel knows. */
static void note_partial(const struct attempt *attempt, const struct lock_request *request)
{
    const uint64_t done = lock_kernel_locked_until(attempt->thread->process, request->address);
    const uint64_t end = request->address + request->size;
    struct lock_request part = *request;
    struct lock_set mapped = {0};

    part.size = (done < end ? done : end) - request->address;
    /* What was locked before is nothing that this call has done. */
    if (lock_set_overlap(&attempt->replay->locked, request->address, request->address + part.size) < part.size)
        lock_replay_lock(attempt->replay, &part);
    lock_kernel_mapped(attempt->thread->process, request->address, end, &mapped);
    for (size_t i = 0; i < mapped.count; i++)
        lock_replay_refuse(attempt->replay, mapped.ranges[i].start, mapped.ranges[i].end - mapped.ranges[i].start, request->site);
    lock_set_finish(&mapped);
}

/* ---- Calls that lock ------------------------------------------------------------------------------------------------------- */

/* The block that is locked is remembered: when it is freed, nobody tells. */
static void find_block(const struct attempt *attempt, struct lock_request *request)
{
    struct address_space *space = attempt->thread->process->space;
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct ledger_block block;

    if (!ledger_find_live(&view, space->ledger, request->address, &block))
        return;
    request->block = block.address;
    request->block_site = block.taken_site;
}

static void retire_freed(const struct attempt *attempt)
{
    lock_replay_retire(attempt->replay, attempt->address, attempt->size, lock_tracking_is_freed, attempt->thread->process->space);
}

static void leave_mlock(struct attempt *attempt, bool on_fault)
{
    struct lock_request request = {
        .address = attempt->address,
        .size = attempt->size,
        .way = LOCK_CALL,
        .on_fault = on_fault,
        .site = lock_tracking_site(attempt->session, attempt->thread),
    };

    find_block(attempt, &request);
    retire_freed(attempt);
    attempt->call = LOCK_CALL_MLOCK;
    lock_replay_count(attempt->replay, attempt->error != 0);
    if (attempt->error == 0) {
        lock_replay_lock(attempt->replay, &request);
        return;
    }
    note_failure(attempt);
    if (is_refusal(attempt->error))
        note_partial(attempt, &request);
}

static void leave_munlock(struct attempt *attempt)
{
    const uint32_t site = lock_tracking_site(attempt->session, attempt->thread);
    uint64_t size = attempt->size;

    attempt->call = LOCK_CALL_MUNLOCK;
    if (attempt->error != 0) {
        const uint64_t mapped = lock_kernel_mapped_until(attempt->thread->process, attempt->address) - attempt->address;
        note_failure(attempt);
        size = size < mapped ? size : mapped;
        if (attempt->error != ENOMEM)
            return;
    }
    retire_freed(attempt);
    lock_replay_unlock(attempt->replay, attempt->address, size, site);
}

static void leave_mlockall(struct attempt *attempt, uint64_t flags)
{
    struct lock_all all = {
        .current = flags & MCL_CURRENT,
        .future = flags & MCL_FUTURE,
        .on_fault = flags & MCL_ONFAULT,
        .site = lock_tracking_site(attempt->session, attempt->thread),
    };
    struct lock_set ranges = {0};

    attempt->call = LOCK_CALL_MLOCKALL;
    attempt->address = attempt->size = 0;
    lock_replay_count(attempt->replay, attempt->error != 0);
    if (attempt->error != 0) {
        note_failure(attempt);
        return;
    }
    lock_kernel_list(attempt->session, attempt->thread->process, &ranges, &all.privileged);
    all.ranges = ranges.ranges;
    all.range_count = ranges.count;
    lock_replay_lock_all(attempt->replay, &all);
    lock_set_finish(&ranges);
}

/* ---- Mappings -------------------------------------------------------------------------------------------------------------- */

/* Exits of threads are told in any order. Who got this memory got it after the munmap that gave it back, whose thread has not been
 * heard of yet. */
static void unmap_early(const struct attempt *attempt, uint64_t start)
{
    const uint64_t end = start + attempt->size;

    for (struct thread *thread = attempt->thread->process->threads; thread; thread = thread->next) {
        const uint64_t *arguments = thread->call_arguments;
        if (thread->call != CALL_munmap || thread->unmapped_early || arguments[0] >= end || arguments[0] + arguments[1] <= start)
            continue;
        lock_replay_unmap(attempt->replay, arguments[0], arguments[1]);
        thread->unmapped_early = true;
    }
}

static void leave_munmap(struct attempt *attempt)
{
    if (attempt->error == 0 && !attempt->thread->unmapped_early)
        lock_replay_unmap(attempt->replay, attempt->address, attempt->size);
}

static void leave_mmap(struct attempt *attempt, const uint64_t arguments[6], uint64_t result)
{
    const bool locked = arguments[3] & MAP_LOCKED;

    if (memory_call_is_own(attempt->thread))
        return;
    if (locked)
        lock_replay_count(attempt->replay, attempt->error != 0);
    attempt->call = LOCK_CALL_MAP;
    attempt->address = 0;
    if (attempt->error != 0) {
        if ((locked || attempt->replay->future) && is_refusal(attempt->error))
            note_failure(attempt);
        return;
    }
    if (!locked && !lock_replay_is_active(attempt->replay))
        return;
    unmap_early(attempt, result);
    lock_replay_map(attempt->replay, &(struct lock_mapping){
                                         .start = result,
                                         .size = attempt->size,
                                         .locked = locked,
                                         .lockable = !(arguments[3] & MAP_HUGETLB),
                                         .site = locked ? lock_tracking_site(attempt->session, attempt->thread) : 0,
                                     });
}

static void leave_mremap(struct attempt *attempt, const uint64_t arguments[6], uint64_t result)
{
    const uint64_t old_size = arguments[1], new_size = arguments[2];

    if (attempt->error == 0) {
        lock_replay_move(attempt->replay, &(struct lock_move){arguments[0], old_size, result, new_size});
        return;
    }
    if (!lock_set_find(&attempt->replay->locked, arguments[0]) || new_size <= old_size || !is_refusal(attempt->error))
        return;
    attempt->call = LOCK_CALL_MAP;
    attempt->size = new_size - old_size;
    note_failure(attempt);
}

/* brk(2) as the kernel has it never fails: it returns the end of the heap, which is the old one if it could not be changed. */
static void leave_brk(struct attempt *attempt, uint64_t wanted, uint64_t result)
{
    if (wanted > result && attempt->replay->future) {
        attempt->call = LOCK_CALL_MAP;
        attempt->address = 0;
        attempt->size = wanted - result;
        attempt->error = ENOMEM;
        note_failure(attempt);
    }
    lock_replay_break(attempt->replay, result);
}

/* The size of a segment is not among the arguments. */
static void leave_shmat(struct attempt *attempt, uint64_t result)
{
    const uint64_t end = lock_kernel_mapping_end(attempt->thread->process, result);

    lock_replay_map(attempt->replay,
                    &(struct lock_mapping){.start = result, .size = end > result ? end - result : 0, .lockable = true});
}

static void leave_shmdt(struct attempt *attempt)
{
    const uint64_t end = lock_kernel_next_mapping(attempt->thread->process, attempt->address);

    lock_replay_unmap(attempt->replay, attempt->address, end - attempt->address);
}

static void leave_mapping_call(struct attempt *attempt, const uint64_t arguments[6], uint64_t result)
{
    switch (attempt->thread->call) {
    case CALL_munmap:
        leave_munmap(attempt);
        break;
    case CALL_mremap:
        leave_mremap(attempt, arguments, result);
        break;
    case CALL_shmat:
        if (attempt->error == 0)
            leave_shmat(attempt, result);
        break;
    case CALL_shmdt:
        if (attempt->error == 0)
            leave_shmdt(attempt);
        break;
    default:
        break;
    }
}

/* ---- Segments -------------------------------------------------------------------------------------------------------------- */

uint64_t lock_tracking_ipc_space(pid_t tid)
{
    char path[64];
    struct stat status;

    snprintf(path, sizeof path, "/proc/%d/ns/ipc", (int)tid);
    return stat(path, &status) == 0 ? status.st_ino : 0;
}

static void leave_shmctl(struct attempt *attempt, const uint64_t arguments[6])
{
    struct session *session = attempt->session;
    const uint64_t name_space = lock_tracking_ipc_space(attempt->thread->tid);
    const int id = (int)arguments[0];

    switch ((int)arguments[1]) {
    case SHM_LOCK:
        attempt->call = LOCK_CALL_SEGMENT;
        attempt->address = attempt->size = 0;
        lock_replay_count(attempt->replay, attempt->error != 0);
        if (attempt->error != 0)
            note_failure(attempt);
        else
            segment_locks_add(&session->segments, &(struct segment_lock){name_space, id, attempt->thread->process->pid,
                                                                         lock_tracking_site(session, attempt->thread)});
        break;
    case SHM_UNLOCK:
    case IPC_RMID:
        if (attempt->error == 0)
            segment_locks_remove(&session->segments, name_space, id);
        break;
    default:
        break;
    }
}

/* ---- All of them ----------------------------------------------------------------------------------------------------------- */

void lock_tracking_leave(struct session *session, struct thread *thread, int64_t result, bool failed)
{
    const uint64_t *arguments = thread->call_arguments;
    struct attempt attempt = {
        .session = session,
        .thread = thread,
        .replay = &thread->process->space->locks,
        .error = failed ? (int)-result : 0,
        .address = arguments[0],
        .size = arguments[1],
    };

    switch (thread->call) {
    case CALL_mlock:
        leave_mlock(&attempt, false);
        break;
    case CALL_mlock2:
        leave_mlock(&attempt, arguments[2] & MLOCK_ONFAULT);
        break;
    case CALL_munlock:
        leave_munlock(&attempt);
        break;
    case CALL_mlockall:
        leave_mlockall(&attempt, arguments[0]);
        break;
    case CALL_munlockall:
        if (!failed)
            lock_replay_unlock_all(attempt.replay);
        break;
    case CALL_mmap:
        leave_mmap(&attempt, arguments, (uint64_t)result);
        break;
    case CALL_brk:
        leave_brk(&attempt, arguments[0], (uint64_t)result);
        break;
    case CALL_shmctl:
        leave_shmctl(&attempt, arguments);
        break;
    default: /* they matter only where something is locked */
        if (lock_replay_is_active(attempt.replay))
            leave_mapping_call(&attempt, arguments, (uint64_t)result);
        break;
    }
    thread->unmapped_early = false;
}

void lock_tracking_fork(struct session *session, struct thread *maker, struct address_space *child)
{
    const struct lock_replay *parent = &maker->process->space->locks;

    lock_replay_fork(&child->locks, parent, parent->locked.count > 0 ? lock_tracking_site(session, maker) : 0);
}
