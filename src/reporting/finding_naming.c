/* SPDX-License-Identifier: MIT */
#include "finding_naming.h"

#include "base/xalloc.h"
#include "stack_namer.h"

static struct report_findings name_findings(const struct stack_finding *findings, size_t count, struct stack_namer *namer)
{
    struct report_findings named = {xcalloc(count, sizeof *named.items), count};

    for (size_t i = 0; i < count; i++) {
        const struct stack_finding *from = &findings[i];
        struct report_finding *finding = &named.items[i];
        *finding = (struct report_finding){
            .id = from->id,
            .remedy = from->remedy,
            .severity = from->severity,
            .what = xstrdup(from->what),
            .numbers = xstrdup(from->numbers),
            .count = from->count,
            .stack_count = from->stack_count,
        };
        for (size_t k = 0; k < from->stack_count; k++) {
            finding->roles[k] = from->roles[k];
            finding->stacks[k] = stack_namer_name_calls(namer, &from->stacks[k]);
        }
    }
    return named;
}

static void add_locks(struct report_process *process, const struct lock_record *record, struct stack_namer *namer)
{
    struct report_locks *locks = &process->locks;

    locks->sums = record->sums;
    locks->memory = xcalloc(record->memory_count, sizeof *locks->memory);
    locks->memory_count = record->memory_count;
    for (size_t i = 0; i < record->memory_count; i++) {
        const struct locked_memory *memory = &record->memory[i];
        locks->memory[i] = (struct report_locked_memory){memory->way, memory->on_fault, memory->bytes, memory->ranges,
                                                         stack_namer_name_calls(namer, &memory->stack)};
    }
    locks->segments = xcalloc(record->segment_count, sizeof *locks->segments);
    locks->segment_count = record->segment_count;
    for (size_t i = 0; i < record->segment_count; i++)
        locks->segments[i] = (struct report_locked_segment){record->segments[i].id, record->segments[i].bytes,
                                                            stack_namer_name_calls(namer, &record->segments[i].stack)};
    locks->findings = name_findings(record->findings, record->finding_count, namer);
}

static void add_realtime(struct report_process *process, const struct realtime_record *record, struct stack_namer *namer)
{
    struct report_realtime *realtime = &process->realtime;

    realtime->sums = record->sums;
    realtime->threads = xcalloc(record->thread_count, sizeof *realtime->threads);
    realtime->thread_count = record->thread_count;
    for (size_t i = 0; i < record->thread_count; i++) {
        realtime->threads[i] = record->threads[i];
        realtime->threads[i].name = xstrdup(record->threads[i].name);
        realtime->threads[i].cpus = xstrdup(record->threads[i].cpus);
    }
    realtime->findings = name_findings(record->findings, record->finding_count, namer);
}

void finding_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    add_locks(process, &record->locks, namer);
    add_realtime(process, &record->realtime, namer);
}
