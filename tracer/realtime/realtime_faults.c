/* SPDX-License-Identifier: MIT */
#include "realtime_faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "limits/kernel_files.h"
#include "tracer/address_space.h"
#include "tracer/ledger/ledger_lookup.h"
#include "tracer/locks/lock_kernel.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "fault_counter.h"
#include "realtime_watch.h"

enum { FRAMES_MAX = 128 };

/* ---- Where it happened ----------------------------------------------------------------------------------------------------- */

/* What is needed to understand faults of one thread, read when there is a first one. */
struct taking {
    struct session *session;
    struct thread *thread;
    bool ready, has_ledger;
    struct memory_maps maps;
    struct ledger_contents contents; /* of the ledger, without blocks, if it has one */
    struct lock_set own;             /* leakwatch's memory and code in the process */
    uint32_t generation;
};

static void make_ready(struct taking *taking)
{
    struct process *process = taking->thread->process;

    if (taking->ready)
        return;
    taking->ready = true;
    taking->generation = ledger_generation(&taking->session->shim, process->space);
    if (tracee_memory_maps(&process->space->memory, &taking->maps) != 0)
        return;
    taking->has_ledger = ledger_find(&taking->session->shim, process->space, &taking->maps, false, &taking->contents) == 0;
    lock_kernel_own(taking->session, &taking->maps, taking->has_ledger ? &taking->contents : NULL, &taking->own);
}

static bool is_thread_stack(const struct address_space *space, uint64_t address)
{
    for (size_t i = 0; i < space->stack_count; i++)
        if (space->stacks[i].start <= address && address < space->stacks[i].end)
            return true;
    return false;
}

static const char *place_of(const struct taking *taking, uint64_t address)
{
    const struct memory_map *map = memory_maps_find(&taking->maps, address);

    if (!map)
        return "memory that is not mapped any more";
    if (map->path[0] != '\0')
        return map->path;
    return is_thread_stack(taking->thread->process->space, address) ? "the stack of a thread" : "anonymous memory";
}

/* The stack as it was then: the program runs on meanwhile. */
static uint32_t site_of(const struct taking *taking, const struct fault_sample *sample)
{
    struct session *session = taking->session;
    const struct memory_view memory = fault_sample_view(sample);
    const unsigned wanted = session->settings->callers;
    uint64_t frames[FRAMES_MAX];
    const struct call_stack stack = {
        .frames = frames,
        .frame_count = unwinder_walk_in(&session->unwinder, taking->thread->process->space, &memory, sample->place, frames,
                                        wanted < FRAMES_MAX ? wanted : FRAMES_MAX),
        .generation = taking->generation,
    };

    return stack_sites_add(&session->lock_sites, &stack);
}

/* The block that the address is in, or was in until it was freed, and where it was taken. */
static void find_block(const struct taking *taking, struct realtime_fault_fact *fault)
{
    struct address_space *space = taking->thread->process->space;
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct ledger_block block;

    if (!taking->has_ledger)
        return;
    if (!ledger_find_live(&view, space->ledger, fault->address, &block) &&
        !ledger_find_freed(&view, space->ledger, &taking->contents, fault->address, fault->address + 1, &block))
        return;
    fault->block = block.address;
    if (block.taken_site < taking->contents.site_count)
        fault->allocation_site = stack_sites_add_heap_site(&taking->session->lock_sites, &taking->contents.sites[block.taken_site]);
}

static void take_one(void *context, const struct fault_sample *sample)
{
    struct taking *taking = context;
    struct realtime_watch *watch = taking->thread->process->realtime;

    make_ready(taking);
    if (lock_set_find(&taking->own, sample->address) || lock_set_find(&taking->own, sample->place.pc - 1)) {
        watch->own.minor += !sample->major;
        watch->own.major += sample->major;
        return;
    }
    struct realtime_fault_fact fault = {
        .major = sample->major,
        .site = site_of(taking, sample),
        .place = (char *)place_of(taking, sample->address),
        .address = sample->address,
        .tid = taking->thread->tid,
    };
    find_block(taking, &fault);
    realtime_facts_fault(&watch->facts, &fault);
}

void realtime_faults_take(struct session *session, struct thread *thread)
{
    struct taking taking = {.session = session, .thread = thread};

    if (!realtime_watch_judges(thread) || !thread->realtime->faults)
        return;
    fault_counter_take(thread->realtime->faults, take_one, &taking);
    if (taking.has_ledger)
        ledger_contents_finish(&taking.contents);
    lock_set_finish(&taking.own);
    memory_maps_finish(&taking.maps);
}

void realtime_faults_take_all(struct session *session, struct process *process)
{
    for (struct thread *thread = process->realtime ? process->threads : NULL; thread; thread = thread->next)
        realtime_faults_take(session, thread);
}

/* ---- How many -------------------------------------------------------------------------------------------------------------- */

static bool read_stat(const struct thread *thread, struct process_stat *stat)
{
    struct kernel_files files;

    *stat = (struct process_stat){0};
    if (!kernel_files_open(&files))
        return false;
    process_stat_read_thread(&files, thread->process->pid, thread->tid, stat);
    kernel_files_close(&files);
    return stat->minor_faults.known && stat->major_faults.known;
}

/* So far of a thread that is judged. */
static struct realtime_fault_counts counts_of(const struct thread *thread)
{
    const struct realtime_thread_watch *watch = thread->realtime;
    struct realtime_fault_counts counts = {0};
    struct process_stat now;

    if (watch->faults)
        fault_counter_read(watch->faults, &counts.minor, &counts.major);
    else if (watch->counted.minor_faults.known && read_stat(thread, &now))
        counts = (struct realtime_fault_counts){now.minor_faults.value - watch->counted.minor_faults.value,
                                                now.major_faults.value - watch->counted.major_faults.value};
    return counts;
}

static void add_counts(struct realtime_fault_counts *sum, struct realtime_fault_counts counts)
{
    sum->minor += counts.minor;
    sum->major += counts.major;
}

void realtime_faults_begin(struct thread *thread)
{
    struct realtime_watch *watch = thread->process->realtime;
    int error = 0;

    thread->realtime->faults = fault_counter_open(thread->tid, &error);
    if (thread->realtime->faults) {
        watch->faults_watched = true;
        watch->facts.sums.without_kernel |= !fault_counter_sees_kernel(thread->realtime->faults);
        return;
    }
    watch->fault_error = error;
    if (!read_stat(thread, &thread->realtime->counted))
        return;
    watch->faults_watched = true;
    watch->facts.sums.by_process_files = true;
}

void realtime_faults_end(struct session *session, struct thread *thread)
{
    realtime_faults_take(session, thread);
    add_counts(&thread->process->realtime->ended, counts_of(thread));
    fault_counter_close(thread->realtime->faults);
    thread->realtime->faults = NULL;
    thread->realtime->counted = (struct process_stat){0};
}

static uint64_t without_own(uint64_t all, uint64_t own)
{
    return all > own ? all - own : 0;
}

void realtime_faults_sum(struct session *session, struct process *process)
{
    struct realtime_watch *watch = process->realtime;
    struct realtime_sums *sums = &watch->facts.sums;
    struct realtime_fault_counts all = watch->ended;

    realtime_faults_take_all(session, process);
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        if (realtime_watch_judges(thread))
            add_counts(&all, counts_of(thread));
    if (!watch->faults_watched)
        return;
    sums->own_faults = watch->own.minor + watch->own.major;
    sums->minor_faults = known_value(without_own(all.minor, watch->own.minor));
    sums->major_faults = known_value(without_own(all.major, watch->own.major));
}
