/* SPDX-License-Identifier: MIT */
#include "outside_look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "glibc_heap/glibc_heap.h"
#include "heap/block_groups.h"
#include "limits/kernel_files.h"
#include "limits/machine_files.h"
#include "tracer/address_space.h"
#include "tracer/freeze.h"
#include "tracer/kernel/proc_status.h"
#include "tracer/modules/loaded_object.h"
#include "tracer/shim/process_hold.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "outside_heap.h"
#include "resident_pages.h"
#include "snapshot_capture.h"

/* Half done changes are not seen: the look is repeated a moment later, but not for ever. Of the last looks before that no thread
 * stands aside. */
enum { LOOKS_MAX = 100, LOOKS_ALL_RUN = 10, COPIES_MAX = 10 };

/* ---- Before ---------------------------------------------------------------------------------------------------------------- */

/* Bytes that can be had without swapping; 0: not known. */
static uint64_t available_memory(void)
{
    struct memory_info info = {0};
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return 0;
    memory_info_read(&files, &info);
    kernel_files_close(&files);
    return info.available.value;
}

/* The first use of a library reads its symbols. */
static void read_library(struct session *session, pid_t pid)
{
    struct tracee_memory memory;
    struct memory_maps maps;

    tracee_memory_init(&memory, pid);
    if (tracee_memory_maps(&memory, &maps) == 0) {
        const struct memory_map *libc = loaded_object_find(&maps, loaded_object_is_libc, NULL);
        if (libc)
            libc_cache_get(&session->libraries, pid, libc);
        memory_maps_finish(&maps);
    }
    tracee_memory_finish(&memory);
}

void outside_looks_guard(struct outside_looks *looks, pid_t pid)
{
    page_runs_finish(&looks->guarded);
    tracee_memory_find_guarded(pid, &looks->guarded);
}

void outside_looks_prepare(struct session *session, pid_t pid)
{
    struct outside_looks *looks = &session->outside;
    const uint64_t kibibytes = (uint64_t)proc_status_number(pid, "VmRSS", 0) + (uint64_t)proc_status_number(pid, "VmSwap", 0);
    const uint64_t size = kibibytes * 1024, available = available_memory();

    /* The analysis takes as much again at worst: small blocks. */
    looks->copies = session->settings->snapshot_way != SNAPSHOT_IN_PLACE && (available == 0 || size < available / 2);
    if (looks->copies && session->settings->snapshot_way == SNAPSHOT_BY_COPY)
        memory_copy_reserve(&looks->copy, size);
    outside_looks_guard(looks, pid);
    read_library(session, pid);
}

void outside_looks_finish(struct outside_looks *looks)
{
    memory_copy_finish(&looks->copy);
    memory_fork_finish(&looks->fork);
    page_runs_finish(&looks->guarded);
    free(looks->fork_problem);
}

/* ---- The moment ------------------------------------------------------------------------------------------------------------ */

/* A process that ends cannot be looked at later. */
static bool is_last(const struct outside_looks *looks, const struct process *process)
{
    return looks->taken >= LOOKS_MAX || looks->copied >= COPIES_MAX ||
           process->freeze_causes & (FREEZE_EXIT | FREEZE_DEATH | FREEZE_KILL);
}

static bool stand_aside_no_more(const struct outside_looks *looks)
{
    return looks->taken >= LOOKS_MAX - LOOKS_ALL_RUN;
}

/* In the C library, and not in a system call: perhaps in malloc. */
static bool runs_in_library(const struct thread *thread, const struct memory_maps *maps, const struct memory_map *libc)
{
    struct user_regs_struct registers;

    if (!libc || tracee_registers(thread->tid, &registers) != 0 || (int64_t)registers.orig_rax >= 0)
        return false;
    const struct memory_map *map = memory_maps_find(maps, registers.rip);
    return map && map->executable && map->inode == libc->inode && map->device == libc->device;
}

static bool is_bad_moment(const struct session *session, const struct process *process, const struct memory_maps *maps)
{
    const struct memory_map *libc = loaded_object_find(maps, loaded_object_is_libc, NULL);
    const struct memory_view memory = tracee_memory_view(&process->space->memory);

    /* An only thread takes no lock (SINGLE_THREAD_P). It may stay in the library all the time, and not in malloc: then the walk has
     * to tell. So it has of the few instructions that change a tcache, for which no thread takes a lock. */
    if (!process->threads->next && !stand_aside_no_more(&session->outside) && runs_in_library(process->threads, maps, libc))
        return true;
    return glibc_heap_is_locked(&memory, maps);
}

/* Before the next look only those run that are in the C library, and may hold a lock of the allocator: with many threads the moment
 * at which all are outside by chance would never come. In the end all may run: one could hold a lock in a way that is not foreseen.
 */
static void choose_who_runs(const struct session *session, struct process *process, const struct memory_maps *maps)
{
    const struct memory_map *libc = loaded_object_find(maps, loaded_object_is_libc, NULL);
    const bool some_only = libc && !stand_aside_no_more(&session->outside);
    struct user_regs_struct registers;

    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        thread->stands_well = false;
        if (!some_only || tracee_registers(thread->tid, &registers) != 0)
            continue;
        const struct memory_map *map = memory_maps_find(maps, registers.rip);
        thread->stands_well = map && map->executable && map->inode != 0 && map->inode != libc->inode;
    }
}

/* ---- A fork ---------------------------------------------------------------------------------------------------------------- */

/* The process is held: lets it run on until the moment is good, and stands still again. */
static int wait_for_moment(struct session *session, struct process *process, const struct memory_maps *maps, char **problem)
{
    struct hold_patience patience = hold_patience_begin();
    int error = 0;

    for (; !error && is_bad_moment(session, process, maps); session->outside.taken++) {
        choose_who_runs(session, process, maps);
        error = process_hold_again(session, process, &patience, problem);
    }
    session->outside.taken = 0;
    if (error == -ETIMEDOUT && !*problem)
        *problem = xstrdup("its heap was being changed at each moment that was tried");
    return error;
}

static int fork_process(struct session *session, struct process *process, char **problem)
{
    struct memory_maps maps;
    int error = process_hold(session, process, problem);

    if (!error)
        error = tracee_memory_maps(&process->space->memory, &maps);
    if (error)
        return error;
    error = wait_for_moment(session, process, &maps, problem);
    if (!error)
        error = memory_fork_make(session, process, &maps, &session->outside.fork, problem);
    memory_maps_finish(&maps);
    return error;
}

bool outside_looks_fork(struct session *session)
{
    struct process *process = session->table.processes;
    const pid_t pid = process->pid;
    char *problem = NULL;

    if (session->settings->snapshot_way != SNAPSHOT_BY_FORK)
        return false;
    const int error = fork_process(session, process, &problem);
    free(session->outside.fork_problem);
    session->outside.fork_problem = error && !problem ? xstrdup(strerror(-error)) : problem;
    if (process_table_process(&session->table, pid) != process) {
        memory_fork_finish(&session->outside.fork); /* it is gone */
        return false;
    }
    if (error)
        freeze_end(session, process);
    return !error;
}

/* ---- The look -------------------------------------------------------------------------------------------------------------- */

void outside_look_let_go(struct session *session, struct process *process)
{
    if (process->lets_go)
        return;
    process->lets_go = process->judged = true;
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->state == THREAD_HELD)
            detach_thread(session, thread, thread->held_signal);
    process->record.stopped_ns = monotonic_ns() - session->outside.still_since_ns;
}

void outside_look_stacks(struct outside_look *look, struct process *process)
{
    outside_stacks_find(&look->snapshot->memory, look->maps, &look->stacks);
    address_space_remove_stacks(process->space, 0, UINT64_MAX);
    for (size_t i = 0; i < look->stacks.count; i++) {
        const struct address_range *range = &look->stacks.stacks[i].range;
        address_space_add_stack(process->space, range->start, range->end - range->start);
    }
}

/* What is looked at in place of the live memory. */
static void hold_memory(struct outside_looks *looks, struct outside_look *look)
{
    const struct memory_view live = look->snapshot->memory;

    look->fork = &looks->fork;
    looks->copied++;
    if (looks->fork.pid != 0) {
        look->snapshot->memory = memory_fork_view(&looks->fork);
    } else if (looks->copies) {
        memory_copy_take(&looks->copy, &live, look->maps);
        look->snapshot->memory = memory_copy_view(&looks->copy);
    }
}

static void explain_fork(const struct outside_looks *looks, struct process_record *record)
{
    if (looks->fork_problem)
        process_record_reason(record, "%s in place of a fork: %s", looks->copies ? "its memory was copied" : "it stayed stopped",
                              looks->fork_problem);
}

static bool look_again(struct session *session, struct process *process, const struct memory_maps *maps)
{
    if (process->lets_go) {
        session->outside.again = true;
    } else {
        choose_who_runs(session, process, maps);
        control_look_again(session, hold_moment_ns(session->outside.taken));
    }
    return false;
}

bool outside_look_take(struct session *session, struct process *process, struct outside_look *look)
{
    struct outside_looks *looks = &session->outside;

    looks->again = false;
    if (look->maps->count == 0) {
        process->record.coverage = COVERAGE_NONE;
        process_record_reason(&process->record, "the mappings of the program could not be read: no heap was seen");
        outside_look_let_go(session, process);
        return true;
    }
    looks->taken++;
    if (looks->fork.pid == 0 && !is_last(looks, process) && is_bad_moment(session, process, look->maps))
        return look_again(session, process, look->maps);
    resident_pages_read(&process->space->memory, look->maps, look->resident);
    snapshot_begin(process, look->snapshot);
    hold_memory(looks, look);
    if (looks->fork.pid != 0 || looks->copies)
        outside_look_let_go(session, process);
    outside_look_stacks(look, process);
    const int error =
        outside_heap_read(look->snapshot, look->maps, look->resident, is_last(looks, process), &process->record, look->contents);
    if (error == -EAGAIN)
        return look_again(session, process, look->maps);
    explain_fork(looks, &process->record);
    look->has_heap = error == 0;
    return true;
}

void outside_look_complete(struct outside_look *look)
{
    struct snapshot *snapshot = look->snapshot;
    const size_t before = snapshot->root_word_count;

    block_groups_make(snapshot);
    if (look->stacks.count == 0)
        return;
    snapshot->root_words = xreallocarray(snapshot->root_words, before + look->stacks.count, sizeof *snapshot->root_words);
    for (size_t i = 0; i < look->stacks.count; i++)
        snapshot->root_words[snapshot->root_word_count++] = look->stacks.stacks[i].vector;
}

void outside_look_finish(struct outside_look *look)
{
    outside_stacks_finish(&look->stacks);
    if (look->fork)
        memory_fork_finish(look->fork);
}
