/* SPDX-License-Identifier: MIT */
#include "report_model.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "cold_report.h"
#include "fail_alloc.h"
#include "growth.h"
#include "pointer_report.h"
#include "report_baseline.h"
#include "report_names.h"

const char *report_kind_word(enum leak_kind kind)
{
    static const char *const words[LEAK_KINDS] = {"definite", "indirect", "possible", "reachable", "suppressed"};

    return words[kind];
}

const char *report_release_function(const char *allocator)
{
    if (strcmp(allocator, "new") == 0)
        return "delete";
    return strcmp(allocator, "new[]") == 0 ? "delete[]" : "free";
}

const char *report_kind_fate(enum leak_kind kind)
{
    static const char *const fates[LEAK_KINDS] = {"definitely lost", "indirectly lost", "possibly lost", "still reachable",
                                                  "suppressed"};

    return fates[kind];
}

static void free_words(char **words)
{
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}

struct descriptor_counts report_descriptor_counts(const struct report_process *process)
{
    struct descriptor_counts counts = {0};

    for (size_t i = 0; i < process->descriptor_count; i++) {
        const struct report_descriptors *group = &process->descriptors[i];
        counts.open += group->count;
        for (size_t k = 0; k < group->count; k++) {
            if (group->open[k].number <= STDERR_FILENO)
                counts.standard++;
            else
                counts.inherited += group->origin == ORIGIN_INHERITED;
        }
    }
    return counts;
}

size_t report_count_not_seen(const struct report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->process_count; i++)
        count += report->processes[i].coverage != COVERAGE_FULL;
    return count;
}

const struct report_arena *report_fragmented_arena(const struct report_process *process)
{
    const struct report_arena *most = NULL;

    if (!memory_usage_is_fragmented(&process->memory))
        return NULL;
    for (size_t i = 0; i < process->arena_count; i++)
        if (!most || process->arenas[i].usage.resident_free > most->usage.resident_free)
            most = &process->arenas[i];
    return most;
}

bool report_forecast_warns(const struct report_process *process)
{
    const struct finding_list *findings = &process->limits.findings;

    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].severity >= FINDING_WARNING && strcmp(findings->items[i].id, "eta.limit") == 0)
            return true;
    return false;
}

void report_leak_finish(struct report_leak *leak)
{
    free(leak->suppression);
    for (size_t i = 0; i < leak->example_count; i++)
        free(leak->examples[i].bytes);
    free(leak->examples);
}

static void finish_findings(struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].what);
        free(findings->items[i].numbers);
    }
    free(findings->items);
}

static void finish_locks(struct report_locks *locks)
{
    free(locks->memory);
    free(locks->segments);
    finish_findings(&locks->findings);
}

static void finish_realtime(struct report_realtime *realtime)
{
    for (size_t i = 0; i < realtime->thread_count; i++) {
        free(realtime->threads[i].name);
        free(realtime->threads[i].cpus);
    }
    free(realtime->threads);
    finish_findings(&realtime->findings);
}

size_t report_count_findings(const struct report_findings *findings, enum finding_severity severity)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].severity == severity && findings->items[i].novelty != NOVELTY_KNOWN;
    return count;
}

const struct report_stack *report_finding_place(const struct report_finding *finding)
{
    return finding->stack_count > 0 ? &finding->stacks[0] : NULL;
}

void report_threshold_finish(struct report_threshold *threshold)
{
    free(threshold->sites);
}

void report_limit_warning_finish(struct report_limit_warning *warning)
{
    free(warning->where);
    free(warning->what);
    free(warning->numbers);
    report_threshold_finish(&warning->at);
}

void report_process_add_reason(struct report_process *process, char *reason)
{
    process->reasons = xreallocarray(process->reasons, process->reason_count + 1, sizeof *process->reasons);
    process->reasons[process->reason_count++] = reason;
}

void report_process_finish(struct report_process *process)
{
    free(process->executable);
    free_words(process->command);
    for (size_t i = 0; i < process->reason_count; i++)
        free(process->reasons[i]);
    free(process->reasons);
    for (size_t i = 0; i < process->leak_count; i++)
        report_leak_finish(&process->leaks[i]);
    free(process->leaks);
    pointer_reports_finish(process->pointers, process->pointer_count);
    report_cold_finish(&process->cold);
    report_duplicates_finish(&process->duplicates);
    free(process->errors);
    free(process->mappings);
    free(process->arenas);
    for (size_t i = 0; i < process->descriptor_count; i++) {
        for (size_t k = 0; k < process->descriptors[i].count; k++)
            free(process->descriptors[i].open[k].name);
        free(process->descriptors[i].open);
    }
    free(process->descriptors);
    finish_locks(&process->locks);
    finish_realtime(&process->realtime);
    for (size_t i = 0; i < process->threshold_count; i++)
        report_threshold_finish(&process->thresholds[i]);
    free(process->thresholds);
    for (size_t i = 0; i < process->limit_warning_count; i++)
        report_limit_warning_finish(&process->limit_warnings[i]);
    free(process->limit_warnings);
    limits_history_finish(&process->limits);
    report_limit_warning_finish(&process->oom_death.limit);
    for (size_t i = 0; i < process->refused_count; i++)
        for (size_t k = 0; k < process->refused[i].call.limit_count; k++)
            free(process->refused[i].call.limits[k].where);
    free(process->refused);
    for (size_t i = 0; i < process->syscall_count; i++)
        free(process->syscalls[i].name);
    free(process->syscalls);
}

struct report report_of_process(const struct report *report, pid_t pid)
{
    struct report part = *report;

    part.processes = xcalloc(report->process_count, sizeof *part.processes);
    part.process_count = 0;
    memset(part.total, 0, sizeof part.total);
    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        if (process->pid != pid)
            continue;
        part.processes[part.process_count++] = *process;
        for (size_t kind = 0; kind < LEAK_KINDS; kind++) {
            part.total[kind].blocks += process->total[kind].blocks;
            part.total[kind].bytes += process->total[kind].bytes;
        }
    }
    return part;
}

void report_finish(struct report *report)
{
    free(report->version);
    free_words(report->command);
    free(report->started);
    for (size_t i = 0; i < report->process_count; i++)
        report_process_finish(&report->processes[i]);
    free(report->processes);
    for (size_t i = 0; i < report->suppressions_used_count; i++)
        free(report->suppressions_used[i].name);
    free(report->suppressions_used);
    for (size_t i = 0; i < report->suppressions_unused_count; i++) {
        free(report->suppressions_unused[i].name);
        free(report->suppressions_unused[i].file);
    }
    free(report->suppressions_unused);
    finding_list_finish(&report->machine_findings);
    for (size_t i = 0; i < report->injection_count; i++)
        free(report->injections[i].text);
    free(report->injections);
    fail_alloc_destroy(report->fail_alloc);
    growth_destroy(report->growth);
    report_baseline_destroy(report->baseline);
    report_names_destroy(report->names);
}
