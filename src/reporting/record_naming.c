/* SPDX-License-Identifier: MIT */
#include "record_naming.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_names.h"
#include "records/process_record.h"
#include "finding_naming.h"
#include "leak_list.h"
#include "refusal_naming.h"
#include "stack_namer.h"
#include "threshold_naming.h"

static void add_facts(struct report_process *process, const struct process_record *record)
{
    *process = (struct report_process){
        .pid = record->pid,
        .ppid = record->ppid,
        .executable = xstrdup(record->executable ? record->executable : ""),
        .command = xstrdupv(record->command),
        .started_ns = record->started_ns,
        .ended_ns = record->ended_ns,
        .end = record->end,
        .status = record->status,
        .signal = record->signal,
        .oom_killed = record->oom_killed,
        .core_dumped = record->core_dumped,
        .coverage = record->coverage,
        .no_history = record->no_history,
        .stopped_ns = record->stopped_ns,
        .allocations = record->allocations,
        .frees = record->frees,
        .allocated_bytes = record->allocated_bytes,
        .peak_bytes = record->peak_bytes,
        .peak_at_ns = record->peak_at_ns,
        .ledger_bytes = record->ledger_bytes,
        .live = {record->live_blocks, record->live_bytes},
        .blocks_unknown = record->blocks_unknown,
        .usage = record->usage,
        .memory = record->memory,
    };
    for (size_t i = 0; i < record->reason_count; i++)
        report_process_add_reason(process, xstrdup(record->reasons[i]));
    process->syscalls = xcalloc(record->syscall_count, sizeof *process->syscalls);
    process->syscall_count = record->syscall_count;
    for (size_t i = 0; i < record->syscall_count; i++) {
        const struct syscall_count *count = &record->syscalls[i];
        process->syscalls[i] = (struct report_syscall){xstrdup(count->name), count->calls, count->errors, count->time_ns};
    }
}

static void add_errors(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    static const char *const kinds[] = {
        [FAULT_DOUBLE_FREE] = "double-free", [FAULT_INVALID_FREE] = "invalid-free", [FAULT_MISMATCHED_FREE] = "mismatched-free"};

    process->errors = xcalloc(record->fault_count, sizeof *process->errors);
    process->error_count = record->fault_count;
    process->errors_dropped = record->faults_dropped;
    for (size_t i = 0; i < record->fault_count; i++) {
        const struct memory_fault *fault = &record->faults[i];
        process->errors[i] = (struct report_error){
            .kind = kinds[fault->kind],
            .address = fault->address,
            .size = fault->size,
            .thread = fault->thread,
            .count = fault->count,
            .taken_with = leak_allocator_name(fault->taken_with),
            .given_with = leak_allocator_name(fault->given_with),
            .stack = stack_namer_name_calls(namer, &fault->stack),
            .allocated = stack_namer_name_calls(namer, &fault->taken),
            .freed = stack_namer_name_calls(namer, &fault->given),
        };
    }
}

static void add_failures(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    const struct made_failures *failures = &record->failures;

    process->failures = (struct report_failures){
        .known = failures->known, .seen = failures->seen, .made = failures->made, .bytes = failures->bytes};
    if (failures->made > 0)
        process->failures.stack = stack_namer_name_calls(namer, &failures->stack);
}

static int compare_mappings(const void *a, const void *b)
{
    const struct report_mapping *left = a, *right = b;
    return left->bytes > right->bytes ? -1 : left->bytes < right->bytes;
}

static void add_mappings(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    process->mappings = xcalloc(record->mapping_count, sizeof *process->mappings);
    process->mapping_count = record->mapping_count;
    for (size_t i = 0; i < record->mapping_count; i++) {
        const struct live_mapping *mapping = &record->mappings[i];
        process->mappings[i] =
            (struct report_mapping){mapping->bytes, mapping->count, stack_namer_name_calls(namer, &mapping->stack)};
    }
    qsort(process->mappings, process->mapping_count, sizeof *process->mappings, compare_mappings);
}

static void add_arenas(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    process->arenas = xcalloc(record->arena_count, sizeof *process->arenas);
    process->arena_count = record->arena_count;
    for (size_t i = 0; i < record->arena_count; i++) {
        const struct heap_arena *arena = &record->arenas[i];
        process->arenas[i] = (struct report_arena){arena->usage, stack_namer_name_calls(namer, &arena->pin_stack)};
        process->arenas[i].pin_stack.content = stack_namer_content(namer, arena->pin_content);
    }
}

static bool same_stack(const struct report_stack *left, const struct report_stack *right)
{
    return left->frame_count == right->frame_count &&
           (left->frame_count == 0 || memcmp(left->frames, right->frames, left->frame_count * sizeof *left->frames) == 0);
}

/* The group of descriptors with this origin and stack; a new one if there is none yet. */
static struct report_descriptors *descriptor_group(struct report_process *process, enum open_descriptor_origin origin,
                                                   struct report_stack stack)
{
    for (size_t i = 0; i < process->descriptor_count; i++)
        if (process->descriptors[i].origin == origin && same_stack(&process->descriptors[i].stack, &stack))
            return &process->descriptors[i];
    process->descriptors = xreallocarray(process->descriptors, process->descriptor_count + 1, sizeof *process->descriptors);
    struct report_descriptors *group = &process->descriptors[process->descriptor_count++];
    *group = (struct report_descriptors){.origin = origin, .stack = stack};
    return group;
}

static void add_descriptors(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    process->descriptors_listed = record->descriptors_listed;
    process->descriptors_tracked = record->descriptors_tracked;
    for (size_t i = 0; i < record->descriptor_count; i++) {
        const struct open_descriptor *open = &record->descriptors[i];
        struct report_descriptors *group = descriptor_group(process, open->origin, stack_namer_name_calls(namer, &open->stack));
        group->open = xreallocarray(group->open, group->count + 1, sizeof *group->open);
        group->open[group->count++] =
            (struct report_descriptor){open->number, open->kind, xstrdup(open->name), open->readable, open->writable};
    }
}

void record_naming_fill(struct report_process *process, const struct process_record *record, struct report_names *names,
                        struct stack_namer *namer)
{
    add_facts(process, record);
    add_errors(process, record, namer);
    add_failures(process, record, namer);
    add_mappings(process, record, namer);
    add_arenas(process, record, namer);
    add_descriptors(process, record, namer);
    finding_naming_fill(process, record, namer);
    threshold_naming_fill(process, record, namer);
    refusal_naming_fill(process, record, namer);
}
