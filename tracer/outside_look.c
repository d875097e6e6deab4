/* SPDX-License-Identifier: MIT */
#include "outside_look.h"

#include <errno.h>

#include "address_space.h"
#include "heap/block_groups.h"
#include "loaded_object.h"
#include "outside_heap.h"
#include "tracee.h"
#include "xalloc.h"

/* Half done changes are not seen: the look is repeated a moment later, but not for ever. */
enum { LOOKS_MAX = 50 };

/* Before the next look only those run that are in the C library, and may hold a lock of the allocator: with many threads the moment
 * at which all are outside by chance would never come. */
static void choose_who_runs(struct process *process, const struct memory_maps *maps, bool some_only)
{
    const struct memory_map *libc = loaded_object_find(maps, loaded_object_is_libc, NULL);
    struct user_regs_struct registers;

    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        thread->stands_well = false;
        if (!some_only || !libc || tracee_registers(thread->tid, &registers) != 0)
            continue;
        const struct memory_map *map = memory_maps_find(maps, registers.rip);
        thread->stands_well = map && map->executable && map->inode != 0 && map->inode != libc->inode;
    }
}

static void find_stacks(struct outside_look *look, struct process *process, const struct memory_maps *maps)
{
    const struct memory_view memory = tracee_memory_view(&process->space->memory);

    outside_stacks_find(&memory, maps, &look->stacks);
    address_space_remove_stacks(process->space, 0, UINT64_MAX);
    for (size_t i = 0; i < look->stacks.count; i++) {
        const struct address_range *range = &look->stacks.stacks[i].range;
        address_space_add_stack(process->space, range->start, range->end - range->start);
    }
}

bool outside_look_begin(struct outside_look *look, struct process *process, const struct memory_maps *maps,
                        struct ledger_contents *contents)
{
    int error = -EACCES;

    *look = (struct outside_look){0};
    if (maps) {
        find_stacks(look, process, maps);
        error = outside_heap_read(process, maps, ++process->looks == LOOKS_MAX, contents);
        look->bad_moment = error == -EAGAIN;
        /* In the end all may run: one could hold a lock in a way that is not foreseen. */
        choose_who_runs(process, maps, look->bad_moment && process->looks < LOOKS_MAX / 2);
    } else {
        process->record.coverage = COVERAGE_NONE;
        process_record_reason(&process->record, "the mappings of the program could not be read: no heap was seen");
    }
    process->lets_go = process->judged = !look->bad_moment;
    return error == 0;
}

void outside_look_complete(const struct outside_look *look, struct snapshot *snapshot)
{
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
}
