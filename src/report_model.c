/* SPDX-License-Identifier: MIT */
#include "report_model.h"

#include <stdlib.h>

#include "fail_alloc.h"
#include "report_names.h"

static void free_words(char **words)
{
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}

void report_process_finish(struct report_process *process)
{
    free(process->executable);
    free_words(process->command);
    for (size_t i = 0; i < process->reason_count; i++)
        free(process->reasons[i]);
    free(process->reasons);
    for (size_t i = 0; i < process->leak_count; i++)
        free(process->leaks[i].suppression);
    free(process->leaks);
    free(process->errors);
    free(process->mappings);
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
    fail_alloc_destroy(report->fail_alloc);
    report_names_destroy(report->names);
}
