/* SPDX-License-Identifier: MIT */
#include "process_record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct call_stack call_stack_copy(const uint64_t *frames, size_t frame_count, uint32_t generation)
{
    struct call_stack stack = {.frame_count = frame_count, .generation = generation};

    if (frame_count > 0) {
        stack.frames = xreallocarray(NULL, frame_count, sizeof *stack.frames);
        memcpy(stack.frames, frames, frame_count * sizeof *stack.frames);
    }
    return stack;
}

void process_record_reason(struct process_record *record, const char *format, ...)
{
    va_list arguments;
    char text[512];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < record->reason_count; i++)
        if (strcmp(record->reasons[i], text) == 0)
            return;
    record->reasons = xreallocarray(record->reasons, record->reason_count + 1, sizeof *record->reasons);
    record->reasons[record->reason_count++] = xstrdup(text);
}

void process_record_clear_arenas(struct process_record *record)
{
    for (size_t i = 0; i < record->arena_count; i++) {
        free(record->arenas[i].pin_stack.frames);
        free(record->arenas[i].pin_content);
    }
    free(record->arenas);
    record->arenas = NULL;
    record->arena_count = 0;
}

void process_record_clear_descriptors(struct process_record *record)
{
    for (size_t i = 0; i < record->descriptor_count; i++) {
        free(record->descriptors[i].name);
        free(record->descriptors[i].stack.frames);
    }
    free(record->descriptors);
    record->descriptors = NULL;
    record->descriptor_count = 0;
    record->descriptors_listed = record->descriptors_tracked = false;
}

void process_record_finish(struct process_record *record)
{
    free(record->executable);
    for (char **word = record->command; word && *word; word++)
        free(*word);
    free(record->command);
    for (size_t i = 0; i < record->reason_count; i++)
        free(record->reasons[i]);
    free(record->reasons);
    for (size_t i = 0; i < record->module_count; i++)
        free(record->modules[i].path);
    free(record->modules);
    for (size_t i = 0; i < record->fault_count; i++) {
        free(record->faults[i].stack.frames);
        free(record->faults[i].taken.frames);
        free(record->faults[i].given.frames);
    }
    free(record->faults);
    for (size_t i = 0; i < record->mapping_count; i++)
        free(record->mappings[i].stack.frames);
    free(record->mappings);
    process_record_clear_arenas(record);
    process_record_clear_descriptors(record);
    cold_record_finish(&record->cold);
    lock_record_finish(&record->locks);
    realtime_record_finish(&record->realtime);
    threshold_record_finish(&record->thresholds);
    limits_history_finish(&record->limits);
    oom_death_finish(&record->oom_death);
    refused_calls_finish(&record->refused);
    free(record->syscalls);
    free(record->failures.stack.frames);
    free(record->suppressions);
}
