/* SPDX-License-Identifier: MIT */
#include "heap_follow.h"

#include <errno.h>
#include <inttypes.h>
#include <link.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/freeze.h"
#include "tracer/ledger/heap_record.h"
#include "tracer/looks/outside_heap.h"
#include "tracer/looks/snapshot_capture.h"
#include "tracer/supervisor.h"
#include "late_hooks.h"
#include "ledger_finder.h"
#include "process_hold.h"
#include "safe_point.h"
#include "shim_loading.h"

struct heap_follow {
    struct process *process; /* NULL: it is another program now, or gone */
    struct program_layout layout;
    struct late_hooks hooks;
    struct code_set hooked_code;
    struct heap_block *before; /* sorted by address; owned */
    size_t before_count;
    uint64_t before_bytes;
    struct ledger_mapping *foreign; /* memory of others in the program break, at that time; owned */
    size_t foreign_count;
    enum coverage coverage; /* of the look at them */
    uint64_t deadline_ns;
    bool hooked, ending;
    bool report_wanted; /* when the hooks are in */
};

/* ---- Hooks in ---------------------------------------------------------------------------------------------------------------- */

/* Whether the program uses glibc's own allocator, whose heap is known. */
static bool is_glibc_malloc(const struct heap_follow *follow)
{
    const struct lw_hook *hook = follow->hooks.table.hooks; /* malloc comes first */
    const struct address_range *code = &follow->layout.allocator;

    return follow->hooks.table.hook_count > 0 && hook->function >= code->start && hook->function < code->end;
}

/* Code in which nobody may be when the hooks are put in: what they overwrite, what leads to them, and the allocator, so that each
 * call is seen as a whole or not at all. Nothing is known of the stops between the calls of another allocator, and no heap is read.
 */
static bool find_hooked_code(struct heap_follow *follow)
{
    struct lw_late *table = &follow->hooks.table;
    bool fits = true;

    /* Who is in the dynamic linker may be about to bind a slot, or to change the list of objects. */
    if (late_hooks_any_by_slots(&follow->hooks))
        fits &= code_set_add(&follow->hooked_code, follow->layout.loader.start, follow->layout.loader.end);
    for (uint32_t i = 0; i < table->hook_count; i++)
        if (table->hooks[i].island != 0)
            fits &= code_set_add(&follow->hooked_code, table->hooks[i].function + 1,
                                 table->hooks[i].function + sizeof table->hooks[i].original);
    for (uint32_t i = 0; i < table->island_count; i++)
        fits &= code_set_add(&follow->hooked_code, table->islands[i].start, table->islands[i].start + table->islands[i].size);
    if (!is_glibc_malloc(follow))
        return fits;
    table->allocator_start = follow->layout.allocator.start;
    table->allocator_end = follow->layout.allocator.end;
    return fits && code_set_add(&follow->hooked_code, table->allocator_start, table->allocator_end);
}

/* Takes the blocks that are there. Returns 0; -EAGAIN: somebody is about to change the heap; -errno. */
static int take_before(struct session *session, struct process *process, const struct memory_maps *maps)
{
    struct heap_follow *follow = session->heap_follow;
    struct resident_memory resident = {0}; /* not asked for */
    struct ledger_contents contents;
    struct snapshot snapshot;
    int error = -ENOENT;

    contents = (struct ledger_contents){0};
    if (is_glibc_malloc(follow)) {
        snapshot_begin(process, &snapshot);
        error = outside_heap_read(&snapshot, maps, &resident, false, &process->record, &contents);
        resident_memory_finish(&resident);
        snapshot_finish(&snapshot);
    }
    if (error == -EAGAIN) {
        ledger_contents_finish(&contents);
        return error;
    }
    process->record.no_history = false;
    follow->coverage = process->record.coverage;
    if (!error) {
        follow->before = contents.blocks;
        follow->before_count = contents.block_count;
        follow->foreign = contents.mappings;
        follow->foreign_count = contents.mapping_count;
        contents.blocks = NULL;
        contents.mappings = NULL;
    } else {
        follow->coverage = COVERAGE_PARTIAL;
    }
    for (size_t i = 0; i < follow->before_count; i++)
        follow->before_bytes += follow->before[i].size;
    ledger_contents_finish(&contents);
    return 0;
}

/* The process stands still: hooks and blocks of before in one stop, if the moment is good. */
static int hook_now(struct session *session, struct process *process)
{
    struct heap_follow *follow = session->heap_follow;
    struct memory_maps maps;

    if (!safe_point_all_outside(session, process, &follow->hooked_code))
        return -EAGAIN;
    int error = tracee_memory_maps(&process->space->memory, &maps);
    if (error)
        return error;
    const uint64_t state = follow->layout.loader_state;
    error = take_before(session, process, &maps);
    if (!error)
        error = late_hooks_install(&follow->hooks, &maps, state ? state - offsetof(struct r_debug, r_state) : 0);
    memory_maps_finish(&maps);
    follow->hooked = !error;
    return error;
}

static int put_hooks_in(struct session *session, struct process *process, char **problem)
{
    struct hold_patience patience = hold_patience_begin();
    int error;

    if (!find_hooked_code(session->heap_follow)) {
        *problem = xstrdup("it has more code that allocates than can be watched");
        return -ENOSPC;
    }
    while ((error = hook_now(session, process)) == -EAGAIN) {
        error = process_hold_again(session, process, &patience, problem);
        if (error == -ETIMEDOUT)
            *problem = xstrdup("its threads are in the middle of allocations each time that they are looked at");
        if (error)
            return error;
    }
    if (error && !*problem)
        *problem = xasprintf("the hooks cannot be put in: %s", strerror(-error));
    return error;
}

/* ---- Beginning -----------------------------------------------------------------------------------------------------------------
 */

static int begin(struct session *session, struct process *process, char **problem)
{
    struct heap_follow *follow = session->heap_follow;
    int error = shim_loading_run(session, process, &follow->layout, &follow->hooks, problem);

    return error ? error : put_hooks_in(session, process, problem);
}

static uint64_t choose_deadline(const struct session *session)
{
    uint64_t deadline;

    if (session->settings->follow_ns == 0 || __builtin_add_overflow(monotonic_ns(), session->settings->follow_ns, &deadline))
        return UINT64_MAX;
    return deadline;
}

/* Lets it run: as it was, or with the hooks. */
static void release(struct session *session, struct process *process)
{
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        thread->stands_well = false;
    freeze_end(session, process);
}

int heap_follow_begin(struct session *session)
{
    struct process *process = session->table.processes;
    const pid_t pid = process->pid;
    char *problem = NULL;

    session->heap_follow = xcalloc(1, sizeof *session->heap_follow);
    session->heap_follow->process = process;
    session->heap_follow->deadline_ns = UINT64_MAX;
    int error = begin(session, process, &problem);
    process = process_table_process(&session->table, pid); /* it may be gone; what it made meanwhile is in the table, too */
    if (error) {
        session->result->launch_error = -error;
        session->result->started = false;
        session->result->message = xasprintf("cannot follow the heap of process %d: %s", (int)pid,
                                             problem           ? problem
                                             : error == -ESRCH ? "it has ended"
                                                               : strerror(-error));
        if (process)
            process->lets_go = true;
    }
    free(problem);
    if (process)
        release(session, process);
    session->heap_follow->deadline_ns = choose_deadline(session);
    if (!error && session->heap_follow->ending)
        control_look(session);
    else if (!error && session->heap_follow->report_wanted)
        control_report(session);
    return error;
}

void heap_follow_destroy(struct heap_follow *follow)
{
    if (!follow)
        return;
    free(follow->before);
    free(follow->foreign);
    free(follow);
}

/* ---- Looks
 * ----------------------------------------------------------------------------------------------------------------------- */

/* Whether a block that was freed since began in [start, end): then so was the one that had the place before. `*next` goes up with
 * the addresses asked for. */
static bool was_freed(const struct ledger_contents *contents, size_t *next, uint64_t start, uint64_t end)
{
    while (*next < contents->freed_count && contents->freed[*next] < start)
        ++*next;
    return *next < contents->freed_count && contents->freed[*next] < end;
}

/* Puts the blocks of before that are still there between those of the ledger. Where both claim a place, the later one is right. */
static void add_before(const struct heap_follow *follow, struct ledger_contents *contents)
{
    const size_t room = follow->before_count + contents->block_count;
    struct heap_block *blocks = xreallocarray(NULL, room ? room : 1, sizeof *blocks);
    size_t count = 0, next = 0, freed = 0;

    for (size_t i = 0; i < follow->before_count; i++) {
        const struct heap_block *block = &follow->before[i];
        while (next < contents->block_count && contents->blocks[next].address < block->address)
            blocks[count++] = contents->blocks[next++];
        /* The ledger has one word for a granule, which tells of the last block that began there. */
        const uint64_t start = block->address >> LW_GRANULE_SHIFT_GLIBC << LW_GRANULE_SHIFT_GLIBC;
        const bool covered = count > 0 && blocks[count - 1].address + blocks[count - 1].size > block->address;
        const bool taken = next < contents->block_count && contents->blocks[next].address < block->address + block->size;
        if (!covered && !taken && !was_freed(contents, &freed, start, block->address + block->size))
            blocks[count++] = *block;
    }
    while (next < contents->block_count)
        blocks[count++] = contents->blocks[next++];
    free(contents->blocks);
    contents->blocks = blocks;
    contents->block_count = contents->block_capacity = count;
}

/* The late shim records no mappings: these are all. */
static void add_foreign(const struct heap_follow *follow, struct ledger_contents *contents)
{
    if (contents->mapping_count > 0 || follow->foreign_count == 0)
        return;
    contents->mappings = xreallocarray(contents->mappings, follow->foreign_count, sizeof *contents->mappings);
    memcpy(contents->mappings, follow->foreign, follow->foreign_count * sizeof *contents->mappings);
    contents->mapping_count = contents->mapping_capacity = follow->foreign_count;
}

static void explain(struct process_record *record, int error)
{
    record->coverage = COVERAGE_NONE;
    if (error == -EFAULT)
        process_record_reason(record, "the ledger could not be read: its memory was gone, no heap was seen");
    else
        process_record_reason(record, "the ledger was destroyed by the program: no heap was seen");
}

/* Functions that are hooked by slots, for people: "malloc, free, operators of C++". The caller frees it; NULL: there are none. */
static char *names_by_slots(const struct late_hooks *hooks, bool *frees)
{
    char *names = NULL;
    bool operators = false;

    for (uint32_t i = 0; i < hooks->table.hook_count; i++) {
        const struct lw_hook *hook = &hooks->table.hooks[i];
        if (!late_hooks_by_slots(hooks, i) || (operators && hook->group == LW_HOOK_OPERATOR))
            continue;
        operators |= hook->group == LW_HOOK_OPERATOR;
        *frees |= hook->group == LW_HOOK_OPERATOR || strncmp(hook->name, "free", 4) == 0 || strcmp(hook->name, "cfree") == 0 ||
                  strncmp(hook->name, "realloc", 7) == 0;
        char *longer = xasprintf("%s%s%.*s", names ? names : "", names ? ", " : "", (int)sizeof hook->name,
                                 hook->group == LW_HOOK_OPERATOR ? "operators of C++" : hook->name);
        free(names);
        names = longer;
    }
    return names;
}

/* What is not seen of functions that are hooked only where they are called. */
static void explain_slots(const struct late_hooks *hooks, struct process_record *record)
{
    bool frees = false;
    char *names = names_by_slots(hooks, &frees);

    if (!names)
        return;
    if (record->coverage == COVERAGE_FULL)
        record->coverage = COVERAGE_PARTIAL;
    process_record_reason(record,
                          "calls of %s through pointers taken before, and from libraries loaded later, were not seen%s; wrong "
                          "frees were not looked for",
                          names, frees ? ": blocks that such calls freed may be among the leaks" : "");
    free(names);
}

bool heap_follow_read(struct session *session, struct process *process, const struct memory_maps *maps, bool with_heap,
                      struct ledger_contents *contents)
{
    const struct heap_follow *follow = session->heap_follow;
    struct process_record *record = &process->record;
    int error = ledger_find(&session->shim, process->space, maps, with_heap, contents);

    if (error || !follow->hooked) {
        explain(record, error);
        return false;
    }
    contents->peak_bytes += follow->before_bytes;
    contents->partial = follow->coverage != COVERAGE_FULL;
    if (with_heap)
        add_before(follow, contents);
    record->followed = true;
    /* Of wrong frees nothing can be said unless all calls are seen: a block freed twice may have been taken in between. */
    if (late_hooks_any_by_slots(&follow->hooks))
        contents->fault_count = contents->faults_dropped = 0;
    heap_record_fill(record, contents, maps);
    explain_slots(&follow->hooks, record);
    add_foreign(follow, contents);
    if (follow->coverage != COVERAGE_FULL && record->coverage == COVERAGE_FULL)
        record->coverage = COVERAGE_PARTIAL;
    if (follow->before_count == 0 && follow->coverage != COVERAGE_FULL)
        process_record_reason(record, "blocks from before were not seen: %s",
                              !is_glibc_malloc(follow) ? "its allocator is not glibc's" : "their heap could not be read");
    return record->coverage != COVERAGE_NONE;
}

/* ---- The end
 * --------------------------------------------------------------------------------------------------------------------- */

bool heap_follow_defers_report(struct session *session)
{
    struct heap_follow *follow = session->heap_follow;

    if (!follow || follow->hooked || !follow->process)
        return false;
    follow->report_wanted = true;
    return true;
}

uint64_t heap_follow_deadline(const struct session *session)
{
    const struct heap_follow *follow = session->heap_follow;

    return follow && !follow->ending ? follow->deadline_ns : UINT64_MAX;
}

bool heap_follow_end(struct session *session)
{
    struct heap_follow *follow = session->heap_follow;

    if (!follow)
        return false;
    if (follow->hooked && !follow->ending)
        control_look(session);
    follow->ending = true; /* before the hooks are in: as soon as they are */
    return true;
}

void heap_follow_looked(struct session *session, struct process *process)
{
    struct heap_follow *follow = session->heap_follow;

    if (!follow || !follow->ending || follow->process != process)
        return;
    int error = late_hooks_remove(&follow->hooks);
    if (error)
        process_record_reason(&process->record, "the hooks could not be taken out (%s): they stay, and do no harm",
                              strerror(-error));
    process->judged = process->lets_go = true;
    detach_begin(session, DETACH_ALL);
}

void heap_follow_forked(struct session *session, struct process *child)
{
    struct heap_follow *follow = session->heap_follow;

    if (!follow)
        return;
    child->is_program = false; /* nobody asked for a report of it */
    child->lets_go = true;
    if (!follow->hooked || process_borrows_memory(child))
        return;
    struct late_hooks hooks = follow->hooks;
    hooks.memory = &child->space->memory;
    late_hooks_remove(&hooks); /* if that fails, they stay and do no harm */
}

void heap_follow_exec(struct session *session, struct process *process)
{
    struct heap_follow *follow = session->heap_follow;

    if (!follow || follow->process != process)
        return;
    follow->process = NULL;
    follow->hooked = false;
    process->is_program = false; /* nobody asked for a report of what it runs now */
    process->lets_go = true;
}
