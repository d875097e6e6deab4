/* SPDX-License-Identifier: MIT */
#include "report_model.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

void report_leak_finish(struct report_leak *leak)
{
    free(leak->suppression);
    for (size_t i = 0; i < leak->example_count; i++)
        free(leak->examples[i].bytes);
    free(leak->examples);
}

static void finish_locks(struct report_locks *locks)
{
    for (size_t i = 0; i < locks->finding_count; i++) {
        free(locks->findings[i].what);
        free(locks->findings[i].numbers);
    }
    free(locks->memory);
    free(locks->segments);
    free(locks->findings);
}

void report_threshold_finish(struct report_threshold *threshold)
{
    free(threshold->sites);
}

void report_limit_warning_finish(struct report_limit_warning *warning)
{
    free(warning->where);
    report_threshold_finish(&warning->at);
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
    for (size_t i = 0; i < process->threshold_count; i++)
        report_threshold_finish(&process->thresholds[i]);
    free(process->thresholds);
    for (size_t i = 0; i < process->limit_warning_count; i++)
        report_limit_warning_finish(&process->limit_warnings[i]);
    free(process->limit_warnings);
    free(process->refused);
    for (size_t i = 0; i < process->syscall_count; i++)
        free(process->syscalls[i].name);
    free(process->syscalls);
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
    for (size_t i = 0; i < report->injection_count; i++)
        free(report->injections[i].text);
    free(report->injections);
    fail_alloc_destroy(report->fail_alloc);
    growth_destroy(report->growth);
    report_baseline_destroy(report->baseline);
    report_names_destroy(report->names);
}
