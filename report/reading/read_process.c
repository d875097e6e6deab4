/* SPDX-License-Identifier: MIT
 * One process of a saved report. */
#include <assert.h>
#include <ctype.h>

#include "base/xalloc.h"
#include "model/pointer_report.h"
#include "read_parts.h"

/* ---- The end, the heap ---- */

static const struct json_field end_fields[] = {
    JSON_WORD("how", struct report_process, end, &json_process_ends),
    JSON_OPTIONAL("status", struct report_process, status),
    {.name = "signal", .read = json_read_signal, .offset = offsetof(struct report_process, signal), .optional = true},
    JSON_OPTIONAL("core_dumped", struct report_process, core_dumped),
    JSON_VALUE("oom_killed", struct report_process, oom_killed),
};

static bool settle_end(struct json_reader *reader, void *object)
{
    const struct report_process *ended = object;

    return ended->end != END_SIGNAL || ended->signal != 0 || json_cursor_fail(&reader->cursor, "member 'signal' is missing");
}
static const struct json_shape end_shape = JSON_SHAPE(end_fields, settle_end);

static const struct json_field coverage_fields[] = {
    JSON_WORD("heap", struct report_process, coverage, &json_coverages),
    JSON_TEXTS("reasons", struct report_process, reasons, reason_count),
};
static const struct json_shape coverage_shape = JSON_SHAPE(coverage_fields, NULL);

static const struct json_field peak_fields[] = {
    JSON_VALUE("bytes", struct report_process, peak_bytes),
    JSON_VALUE("at_ns", struct report_process, peak_at_ns),
};
static const struct json_shape peak_shape = JSON_SHAPE(peak_fields, NULL);

static bool read_blocks_known(struct json_reader *reader, const struct json_field *field, void *member)
{
    bool *unknown = member, known = false;

    if (!json_read_bool(reader, field, &known))
        return false;
    *unknown = !known;
    return true;
}

static const struct json_field heap_fields[] = {
    JSON_OPTIONAL("allocations", struct report_process, allocations),
    JSON_OPTIONAL("frees", struct report_process, frees),
    JSON_OPTIONAL("allocated_bytes", struct report_process, allocated_bytes),
    {.name = "blocks_known", .read = read_blocks_known, .offset = offsetof(struct report_process, blocks_unknown)},
    JSON_OBJECT("live", struct report_process, live, &json_amount_shape),
    JSON_OPTIONAL_PART("usage", &json_usage_shape),
    JSON_OPTIONAL_PART("peak", &peak_shape),
    JSON_OPTIONAL("ledger_bytes", struct report_process, ledger_bytes),
};
static const struct json_shape heap_shape = JSON_SHAPE(heap_fields, NULL);

/* ---- Findings ---- */

static const struct json_field leaks_fields[] = {
    JSON_VALUE("checked", struct report_process, leak_checked),
    {.name = "checked_at", .read = json_read_label_or_null, .offset = offsetof(struct report_process, checked_at)},
    JSON_KINDS(struct report_process, total),
    {"unconfirmed", json_read_object, offsetof(struct report_process, unconfirmed), &json_amount_shape, .optional = true},
    JSON_LIST("records", struct report_process, leaks, leak_count, &json_leak_shape),
};

static bool settle_leaks(struct json_reader *reader, void *object)
{
    const struct report_process *process = object;

    if (process->leak_checked && process->checked_at == NULL)
        return json_cursor_fail(&reader->cursor, "leaks were checked, but it is not said when");
    return true;
}
static const struct json_shape leaks_shape = JSON_SHAPE(leaks_fields, settle_leaks);

static const struct json_field mapping_fields[] = {
    JSON_VALUE("bytes", struct report_mapping, bytes),
    JSON_VALUE("count", struct report_mapping, count),
    JSON_STACK("stack", struct report_mapping, stack),
};
static const struct json_shape mapping_shape = JSON_SHAPE(mapping_fields, NULL);
static const struct json_field mappings_fields[] = {
    JSON_LIST("live", struct report_process, mappings, mapping_count, &mapping_shape),
};
static const struct json_shape mappings_shape = JSON_SHAPE(mappings_fields, NULL);

/* ---- Descriptors ---- */

static const struct json_field descriptor_fields[] = {
    JSON_VALUE("number", struct report_descriptor, number),
    JSON_WORD("kind", struct report_descriptor, kind, &json_descriptor_kinds),
    JSON_VALUE("name", struct report_descriptor, name),
    JSON_VALUE("readable", struct report_descriptor, readable),
    JSON_VALUE("writable", struct report_descriptor, writable),
};
static const struct json_shape descriptor_shape = JSON_SHAPE(descriptor_fields, NULL);

static const struct json_field descriptor_group_fields[] = {
    JSON_WORD("origin", struct report_descriptors, origin, &json_descriptor_origins),
    JSON_LIST("open", struct report_descriptors, open, count, &descriptor_shape),
    JSON_STACK("stack", struct report_descriptors, stack),
};

static bool settle_descriptor_group(struct json_reader *reader, void *object)
{
    const struct report_descriptors *group = object;

    if (group->count == 0)
        return json_cursor_fail(&reader->cursor, "a group of descriptors has none");
    return true;
}
static const struct json_shape descriptor_group_shape = JSON_SHAPE(descriptor_group_fields, settle_descriptor_group);

static const struct json_field descriptors_fields[] = {
    JSON_VALUE("listed", struct report_process, descriptors_listed),
    JSON_VALUE("tracked", struct report_process, descriptors_tracked),
    JSON_OPTIONAL_LIST("records", struct report_process, descriptors, descriptor_count, &descriptor_group_shape),
};
static const struct json_shape descriptors_shape = JSON_SHAPE(descriptors_fields, NULL);

/* ---- System calls ---- */

static const struct json_field syscall_fields[] = {
    JSON_VALUE("calls", struct report_syscall, calls),
    JSON_VALUE("errors", struct report_syscall, errors),
    JSON_VALUE("time_ns", struct report_syscall, time_ns),
};
static const struct json_shape syscall_shape = JSON_SHAPE(syscall_fields, NULL);

static bool is_call_name(const char *name)
{
    for (; isalnum((unsigned char)*name) || *name == '_'; name++)
        ;
    return *name == '\0';
}

/* An object whose members are named by calls. */
static bool read_syscalls(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_process *process = member;
    size_t capacity = 0;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '{', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        const char *name = json_cursor_name(&reader->cursor);
        if (name == NULL)
            return false;
        if (!is_call_name(name))
            return json_cursor_fail(&reader->cursor, "this is not the name of a system call");
        process->syscalls = xgrow(process->syscalls, &capacity, process->syscall_count + 1, sizeof *process->syscalls);
        struct report_syscall *syscall = &process->syscalls[process->syscall_count++];
        *syscall = (struct report_syscall){.name = xstrdup(name)};
        if (!json_read_shape(reader, &syscall_shape, syscall))
            return false;
    }
    return !reader->cursor.error;
}

/* ---- All of it ---- */

/* It is only said of processes that were running before. */
static bool read_stopped(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_process *process = member;

    process->no_history = true;
    return json_read_u64(reader, field, &process->stopped_ns);
}

static const struct json_field process_fields[] = {
    JSON_VALUE("pid", struct report_process, pid),
    JSON_VALUE("ppid", struct report_process, ppid),
    JSON_VALUE("executable", struct report_process, executable),
    {.name = "command", .read = json_read_words, .offset = offsetof(struct report_process, command)},
    JSON_VALUE("started_ns", struct report_process, started_ns),
    JSON_VALUE("ended_ns", struct report_process, ended_ns),
    {.name = "stopped_ns", .read = read_stopped, .optional = true},
    JSON_PART("end", &end_shape),
    JSON_PART("coverage", &coverage_shape),
    JSON_PART("heap", &heap_shape),
    JSON_OPTIONAL_PART("memory", &json_memory_shape),
    JSON_PART("leaks", &leaks_shape),
    JSON_OPTIONAL_LIST("who_points_at", struct report_process, pointers, pointer_count, &json_pointers_shape),
    JSON_LIST("errors", struct report_process, errors, error_count, &json_error_shape),
    JSON_VALUE("errors_dropped", struct report_process, errors_dropped),
    JSON_PART("mappings", &mappings_shape),
    JSON_PART("descriptors", &descriptors_shape),
    JSON_OBJECT("locks", struct report_process, locks, &json_locks_shape),
    JSON_OPTIONAL_OBJECT("realtime", struct report_process, realtime, &json_realtime_shape),
    JSON_OPTIONAL_LIST("failed_calls", struct report_process, refused, refused_count, &json_refused_shape),
    JSON_OPTIONAL("failed_calls_dropped", struct report_process, refused_dropped),
    JSON_OPTIONAL_OBJECT("oom_kill", struct report_process, oom_death, &json_oom_shape),
    JSON_LIST("thresholds", struct report_process, thresholds, threshold_count, &json_threshold_shape),
    JSON_OPTIONAL("thresholds_dropped", struct report_process, thresholds_dropped),
    {.name = "limits", .read = json_read_limits},
    JSON_OPTIONAL_OBJECT("timeline", struct report_process, limits, &json_time_line_shape),
    {.name = "cold", .read = json_read_cold, .offset = offsetof(struct report_process, cold), .optional = true},
    JSON_OPTIONAL_OBJECT("equal_pages", struct report_process, duplicates, &json_duplicates_shape),
    {.name = "syscalls", .read = read_syscalls},
};
static_assert(sizeof process_fields / sizeof *process_fields <= JSON_FIELDS_MAX, "each field of a process can be told apart");

static bool settle_process(struct json_reader *reader, void *object)
{
    struct report_process *process = object;

    process->blocks_unknown &= process->coverage != COVERAGE_NONE; /* as the model has it: "blocks_known" says both */
    if (process->executable == NULL)
        return json_cursor_fail(&reader->cursor, "a process has no executable");
    return true;
}
const struct json_shape json_process_shape = JSON_SHAPE(process_fields, settle_process);
