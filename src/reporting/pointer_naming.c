/* SPDX-License-Identifier: MIT */
#include "pointer_naming.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "heap/who_points_at.h"
#include "leak_list.h"
#include "object_namer.h"

struct naming {
    const struct object_namer *objects;
    const struct site_names *sites;
};

static struct report_block name_block(const struct naming *naming, const struct heap_block *block, enum leak_kind kind)
{
    return (struct report_block){
        .address = block->address,
        .size = block->size,
        .kind = kind,
        .allocator = leak_allocator_name(block->allocator),
        .stack = *naming->sites->stack(naming->sites->context, block->site),
    };
}

/* The thread that runs on the stack, or whose descriptor lies, in the memory that holds the address. */
static const struct thread_state *thread_at(const struct snapshot *snapshot, uint64_t address)
{
    const struct memory_region *region = snapshot_region(snapshot, address);

    for (size_t i = 0; region && i < snapshot->thread_count; i++) {
        const struct thread_state *thread = &snapshot->threads[i];
        if (thread->stack_pointer >= region->start && thread->stack_pointer < region->end)
            return thread;
    }
    for (size_t i = 0; region && i < snapshot->thread_count; i++) {
        const struct thread_state *thread = &snapshot->threads[i];
        if (thread->thread_pointer >= region->start && thread->thread_pointer < region->end)
            return thread;
    }
    return NULL;
}

static void name_stack_place(const struct naming *naming, struct report_pointer *pointer)
{
    const struct thread_state *thread = thread_at(naming->objects->snapshot, pointer->address);

    if (thread == NULL)
        return;
    pointer->thread = thread->tid;
    pointer->stack_offset_known = thread->stack_pointer != 0 && pointer->address >= thread->stack_pointer;
    pointer->stack_offset = pointer->stack_offset_known ? pointer->address - thread->stack_pointer : 0;
}

static void name_memory_place(const struct naming *naming, struct report_pointer *pointer)
{
    const struct thread_state *thread = thread_at(naming->objects->snapshot, pointer->address);
    struct object_name name;

    if (pointer->address != 0 && object_namer_find(naming->objects, pointer->address, &name)) {
        pointer->holder = HOLDER_DATA;
        pointer->module = name.module;
        pointer->symbol = name.symbol;
        pointer->symbol_offset = name.symbol ? name.symbol_offset : name.offset;
    } else if (thread) {
        pointer->thread = thread->tid;
    }
}

static void name_root(const struct naming *naming, const struct pointer_step *step, struct report_pointer *pointer)
{
    static const enum report_holder holders[] = {
        [ROOT_WORD] = HOLDER_KERNEL,      [ROOT_REGISTER] = HOLDER_REGISTER, [ROOT_THREAD] = HOLDER_THREAD,
        [ROOT_DTV] = HOLDER_THREAD,       [ROOT_STACK] = HOLDER_STACK,       [ROOT_REGION] = HOLDER_MEMORY,
        [ROOT_LIBC_DATA] = HOLDER_MEMORY, [ROOT_RANGE] = HOLDER_RANGE,       [ROOT_EXEMPT] = HOLDER_EXEMPT,
    };

    pointer->holder = holders[step->root];
    pointer->thread = step->tid;
    if (step->root == ROOT_REGISTER)
        pointer->register_name = thread_register_name(step->register_index);
    else if (step->root == ROOT_STACK)
        name_stack_place(naming, pointer);
    else if (pointer->holder == HOLDER_MEMORY)
        name_memory_place(naming, pointer);
}

static struct report_pointer name_step(const struct naming *naming, const struct pointer_step *step)
{
    struct report_pointer pointer = {.address = step->address, .offset = step->offset};

    if (step->in_block) {
        pointer.holder = HOLDER_BLOCK;
        pointer.block = name_block(naming, &step->block, step->kind);
        pointer.block_offset = step->address ? step->address - step->block.address : 0;
    } else {
        name_root(naming, step, &pointer);
    }
    return pointer;
}

static struct report_pointer *name_steps(const struct naming *naming, const struct pointer_step *steps, size_t count)
{
    struct report_pointer *named = xcalloc(count, sizeof *named);

    for (size_t i = 0; i < count; i++)
        named[i] = name_step(naming, &steps[i]);
    return named;
}

static void name_answer(const struct naming *naming, const struct pointer_answer *answer, struct report_pointers *report)
{
    *report = (struct report_pointers){.address = answer->address, .found = answer->found};
    if (!answer->found)
        return;
    report->block = name_block(naming, &answer->block, answer->kind);
    report->roots = answer->roots;
    report->blocks = answer->holders;
    report->lost_blocks = answer->lost_holders;
    report->paths = xcalloc(answer->path_count, sizeof *report->paths);
    report->path_count = answer->path_count;
    for (size_t i = 0; i < answer->path_count; i++) {
        const struct pointer_path *path = &answer->paths[i];
        report->paths[i] = (struct report_pointer_path){
            .steps = name_steps(naming, path->steps, path->count),
            .step_count = path->count,
            .left_out = path->left_out,
            .left_out_at = path->left_out > 0 ? POINTER_STEPS_MAX / 2 : 0,
        };
    }
    report->lost = name_steps(naming, answer->lost, answer->lost_count);
    report->lost_count = answer->lost_count;
}

struct report_pointers *pointer_reports_create(const struct leak_result *result, const struct object_namer *objects,
                                               const struct site_names *sites)
{
    const struct naming naming = {objects, sites};
    struct report_pointers *reports = xcalloc(result->answer_count, sizeof *reports);

    for (size_t i = 0; i < result->answer_count; i++)
        name_answer(&naming, &result->answers[i], &reports[i]);
    return reports;
}
