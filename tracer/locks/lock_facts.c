/* SPDX-License-Identifier: MIT */
#include "lock_facts.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/kernel/pagemap.h"
#include "tracer/ledger/ledger_lookup.h"
#include "tracer/supervisor.h"
#include "lock_kernel.h"
#include "lock_tracking.h"

/* Whether the process is about to give up its memory by execve: what is wrong with it then is no matter. */
static bool gives_up_memory(const struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->exec)
            return true;
    return false;
}

/* ---- The kernel ------------------------------------------------------------------------------------------------------------ */

static struct lock_mapping_state *mapping_states(const struct process_pages *pages)
{
    static const char secret[] = "/secretmem";
    struct lock_mapping_state *states = xcalloc(pages->maps.count, sizeof *states);

    for (size_t i = 0; i < pages->maps.count; i++) {
        const struct memory_map *map = &pages->maps.maps[i];
        const struct mapping_pages *mapping = &pages->mappings[i];
        states[i] = (struct lock_mapping_state){
            .start = map->start,
            .end = map->end,
            .locked = mapping->locked,
            .on_fault = mapping->locked_on_fault,
            .accessible = map->readable || map->writable || map->executable,
            .dumped = !mapping->not_dumped,
            .anonymous = memory_map_is_anonymous(map),
            .stack = strcmp(map->path, "[stack]") == 0,
            .secret = strncmp(map->path, secret, sizeof secret - 1) == 0,
        };
    }
    return states;
}

static void count_own(struct lock_facts *facts, const struct lock_set *own)
{
    const struct process_pages *pages = &facts->kernel.each;

    for (size_t i = 0; i < pages->maps.count; i++)
        if (pages->mappings[i].locked)
            facts->own_bytes += lock_set_overlap(own, pages->maps.maps[i].start, pages->maps.maps[i].end);
}

static void count_absent(struct lock_facts *facts)
{
    const struct tracee_memory *memory = &facts->process->space->memory;

    facts->look.absent_known = true;
    for (size_t i = 0; i < facts->pieces.count; i++) {
        struct lock_piece *piece = &facts->pieces.items[i];
        struct page_census census = {0};
        facts->look.absent_known &= pagemap_count(&memory->pagemap, piece->start, piece->end, &census) == 0;
        piece->absent = piece->end - piece->start - census.present;
    }
}

/* Of a copy that was written to, each side has pages of its own. */
static void count_touched(struct lock_facts *facts)
{
    const struct lock_set *lost = &facts->process->space->locks.lost;
    struct page_census census = {0};
    bool known = lost->count > 0 && !gives_up_memory(facts->process);

    for (size_t i = 0; i < lost->count; i++)
        known &= pagemap_count(&facts->process->space->memory.pagemap, lost->ranges[i].start, lost->ranges[i].end, &census) == 0;
    facts->look.lost_touched = known ? known_value(census.exclusive) : (struct known){0};
}

static bool read_core_pattern(struct kernel_files *files)
{
    char *text = kernel_files_read(files, NULL, "proc/sys/kernel/core_pattern");
    const bool piped = text && text[0] == '|';

    free(text);
    return piped;
}

static void ask_kernel(struct lock_facts *facts)
{
    struct process_look *kernel = &facts->kernel;
    struct lock_set own = {0};

    if (process_look_read(&facts->files, facts->process->space->memory.tid, kernel) != 0)
        return;
    facts->look.limit = known_minus(kernel->limits.locked, known_value(raised_limits_bytes(facts->process, RAISED_MEMLOCK)));
    facts->look.core_limit = kernel->limits.core;
    facts->look.core_piped = read_core_pattern(&facts->files);
    facts->look.privileged = process_look_capable(kernel, CAP_IPC_LOCK);
    process_look_read_pages(&facts->files, kernel);
    if (kernel->each.maps.count == 0)
        return;
    struct lock_mapping_state *states = mapping_states(&kernel->each);
    lock_kernel_own(facts->session, &kernel->each.maps, facts->contents, &own);
    count_own(facts, &own);
    lock_pieces_make(&facts->process->space->locks.locked, &own, states, kernel->each.maps.count, &facts->pieces);
    facts->look.pieces = &facts->pieces;
    count_absent(facts);
    count_touched(facts);
    lock_set_finish(&own);
    free(states);
}

/* ---- The ledger ------------------------------------------------------------------------------------------------------------ */

/* Whether [start, end) has a byte of a live block. */
static bool has_live_block(const struct ledger_contents *contents, uint64_t start, uint64_t end)
{
    size_t low = 0, high = contents->block_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (contents->blocks[middle].address + contents->blocks[middle].size <= start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < contents->block_count && contents->blocks[low].address < end;
}

static uint32_t site_of_ledger(struct lock_facts *facts, uint32_t id)
{
    return stack_sites_add_heap_site(&facts->session->lock_sites, &facts->contents->sites[id]);
}

static void add_freed(struct lock_facts *facts, const struct lock_claim *claim, const struct ledger_block *block)
{
    facts->freed = xgrow(facts->freed, &facts->freed_capacity, facts->freed_count + 1, sizeof *facts->freed);
    facts->freed[facts->freed_count++] = (struct lock_freed){
        .start = claim->start,
        .size = claim->end - claim->start,
        .block = block->address,
        .lock_site = claim->site,
        .allocation_site = site_of_ledger(facts, block->taken_site),
        .free_site = site_of_ledger(facts, block->given_site),
    };
}

/* Its block is gone; if the memory was not used again, the ledger still knows who freed it. */
static void add_orphan(struct lock_facts *facts, const struct memory_view *view, const struct lock_claim *claim)
{
    const struct ledger_contents *contents = facts->contents;
    struct ledger_block block;

    if (!ledger_find_freed(view, facts->process->space->ledger, contents, claim->block, claim->block + 1, &block) ||
        block.address != claim->block)
        block.given_site = 0;
    block.address = claim->block;
    block.taken_site = claim->block_site < contents->site_count ? claim->block_site : 0;
    add_freed(facts, claim, &block);
}

/* A claim whose block was not known when it was made: what lies in a freed block was locked for nothing; so was what begins before
 * one and holds no live block. */
static void judge_claim(struct lock_facts *facts, const struct memory_view *view, const struct lock_claim *claim)
{
    const struct ledger_contents *contents = facts->contents;
    struct ledger_block block;

    if (claim->way != LOCK_CALL || claim->block != 0 || has_live_block(contents, claim->start, claim->start + 1) ||
        !ledger_find_freed(view, facts->process->space->ledger, contents, claim->start, claim->end, &block))
        return;
    if (block.address > claim->start && has_live_block(contents, claim->start, claim->end))
        return;
    add_freed(facts, claim, &block);
}

static void ask_ledger(struct lock_facts *facts)
{
    struct address_space *space = facts->process->space;
    struct lock_replay *replay = &space->locks;
    const struct memory_view view = tracee_memory_view(&space->memory);

    if (!facts->contents || !facts->contents->with_heap || gives_up_memory(facts->process))
        return;
    lock_replay_retire(replay, 0, UINT64_MAX - LOCK_PAGE, lock_tracking_is_freed, space);
    for (size_t i = 0; i < replay->orphans.count; i++)
        add_orphan(facts, &view, &replay->orphans.items[i]);
    for (size_t i = 0; i < replay->claims.count; i++)
        judge_claim(facts, &view, &replay->claims.items[i]);
}

/* ---- Segments -------------------------------------------------------------------------------------------------------------- */

/* The line of a segment in /proc/sysvipc/shm: key, id, mode, which has SHM_LOCKED, size (ipc/shm.c). Returns whether it is locked;
 * or true if nothing is known, for no call was seen that unlocked it. */
static bool is_locked_segment(const char *table, int id, struct known *size)
{
    enum { SEGMENT_LOCKED = 02000 };

    for (const char *line = table; line; line = strchr(line, '\n')) {
        char *rest;
        line += *line == '\n';
        strtol(line, &rest, 10);
        if (rest == line || strtol(rest, &rest, 10) != id)
            continue;
        const long mode = strtol(rest, &rest, 8);
        *size = known_value(strtoull(rest, NULL, 10));
        return mode & SEGMENT_LOCKED;
    }
    return false;
}

static void list_segments(struct lock_facts *facts)
{
    const struct segment_locks *locks = &facts->session->segments;
    const uint64_t ours = lock_tracking_ipc_space(getpid());
    char *table = kernel_files_read(&facts->files, NULL, "proc/sysvipc/shm");

    for (size_t i = 0; i < locks->count; i++) {
        const struct segment_lock *lock = &locks->items[i];
        struct lock_segment segment = {.id = lock->id, .site = lock->site};
        if (lock->locker != facts->process->pid)
            continue;
        if (table && lock->name_space == ours && !is_locked_segment(table, lock->id, &segment.bytes))
            continue;
        facts->segments = xgrow(facts->segments, &facts->segment_capacity, facts->segment_count + 1, sizeof segment);
        facts->segments[facts->segment_count++] = segment;
    }
    free(table);
}

/* ---- Death ----------------------------------------------------------------------------------------------------------------- */

static bool locks_memory(const struct thread *thread)
{
    switch (thread->call) {
    case CALL_mlock:
    case CALL_mlock2:
    case CALL_mlockall:
        return true;
    case CALL_mmap:
        return thread->call_arguments[3] & MAP_LOCKED;
    default:
        return false;
    }
}

/* The thread that was locking memory when the OOM killer came; NULL if there is none. */
static struct thread *dying_locker(const struct process *process)
{
    struct thread *thread = process->record.oom_killed ? process->threads : NULL;

    while (thread && !locks_memory(thread))
        thread = thread->next;
    return thread;
}

/* The call has marked what it was asked for as locked before it brought that into RAM. Where mmap put it only the kernel knows. */
static void complete_call(struct lock_facts *facts)
{
    struct thread *thread = dying_locker(facts->process);

    if (!thread)
        return;
    facts->look.death = &facts->death;
    facts->death.call = supervised_calls[thread->call].name;
    facts->death.size = thread->call == CALL_mlockall ? 0 : thread->call_arguments[1];
    facts->death.site = lock_tracking_site(facts->session, thread);
    if (thread->call != CALL_mmap)
        lock_tracking_leave(facts->session, thread, 0, false);
}

static void find_group(struct lock_facts *facts)
{
    const struct limit_warning *limit = &facts->process->record.oom_death.limit;

    if (!limit->where)
        return;
    facts->death.group = limit->where;
    facts->death.limit = known_value(limit->at.most);
    facts->death.used = known_value(limit->at.value);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------------- */

static bool has_segments(const struct session *session, const struct process *process)
{
    for (size_t i = 0; i < session->segments.count; i++)
        if (session->segments.items[i].locker == process->pid)
            return true;
    return false;
}

bool lock_facts_exist(const struct session *session, const struct process *process)
{
    return lock_replay_is_used(&process->space->locks) || has_segments(session, process) || dying_locker(process);
}

void lock_facts_collect(struct lock_facts *facts)
{
    complete_call(facts);
    kernel_files_open(&facts->files);
    ask_kernel(facts);
    ask_ledger(facts);
    list_segments(facts);
    find_group(facts);
    facts->look.freed = facts->freed;
    facts->look.freed_count = facts->freed_count;
    facts->look.segments = facts->segments;
    facts->look.segment_count = facts->segment_count;
}

void lock_facts_finish(struct lock_facts *facts)
{
    lock_pieces_finish(&facts->pieces);
    process_look_finish(&facts->kernel);
    kernel_files_close(&facts->files);
    free(facts->freed);
    free(facts->segments);
}
