/* SPDX-License-Identifier: MIT
 *
 * The report as JSON, version 1; schema.json says what each member means. Objects are made and written one by one: the whole report
 * as one tree would take far more memory than the model. */
#include "report/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_baseline.h"
#include "model/report_model.h"
#include "report/encoding/json_text.h"
#include "report/encoding/stream_end.h"
#include "json_cold.h"
#include "json_fail_alloc.h"
#include "json_findings.h"
#include "json_growth.h"
#include "json_locks.h"
#include "json_memory.h"
#include "json_oom.h"
#include "json_parts.h"
#include "json_pointers.h"
#include "json_process_limits.h"
#include "json_realtime.h"
#include "json_refused.h"
#include "json_thresholds.h"
#include "json_words.h"

/* ---- A process ---- */

static void write_leaks(struct json_writer *writer, const struct report_process *process)
{
    json_t *object = json_object();

    json_object_set_new(object, "checked", json_boolean(process->leak_checked));
    json_add_text(object, "checked_at", process->leak_checked ? process->checked_at : NULL);
    json_add_kinds(object, process->total);
    if (process->unconfirmed.blocks > 0)
        json_object_set_new(object, "unconfirmed", json_amount(process->unconfirmed));
    json_write_text(writer, ",\n\"leaks\":{");
    json_write_members(writer, object);
    json_write_text(writer, ",\"records\":[");
    for (size_t i = 0; i < process->leak_count; i++) {
        json_write_element(writer, i);
        json_write_leak(writer, &process->leaks[i]);
    }
    json_write_text(writer, "]}");
}

static void write_errors(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\n\"errors\":[");
    for (size_t i = 0; i < process->error_count; i++) {
        json_write_element(writer, i);
        json_write_error(writer, &process->errors[i]);
    }
    fprintf(writer->stream, "],\"errors_dropped\":%zu", process->errors_dropped);
}

static void write_mappings(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\n\"mappings\":{\"live\":[");
    for (size_t i = 0; i < process->mapping_count; i++) {
        json_t *object = json_object();
        json_add_number(object, "bytes", process->mappings[i].bytes);
        json_add_number(object, "count", process->mappings[i].count);
        json_add_fingerprint(object, fingerprint_of_mapping(&process->mappings[i]));
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &process->mappings[i].stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]}");
}

static json_t *open_of(const struct report_descriptors *group)
{
    json_t *array = json_array();

    for (size_t i = 0; i < group->count; i++) {
        const struct report_descriptor *open = &group->open[i];
        json_t *object = json_object();
        json_object_set_new(object, "number", json_integer(open->number));
        json_object_set_new(object, "kind", json_string(json_word(&json_descriptor_kinds, open->kind)));
        json_add_text(object, "name", open->name);
        json_object_set_new(object, "readable", json_boolean(open->readable));
        json_object_set_new(object, "writable", json_boolean(open->writable));
        json_array_append_new(array, object);
    }
    return array;
}

static void write_descriptor_groups(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\"records\":[");
    for (size_t i = 0; i < process->descriptor_count; i++) {
        const struct report_descriptors *group = &process->descriptors[i];
        json_t *object = json_object();
        json_object_set_new(object, "origin", json_string(json_word(&json_descriptor_origins, group->origin)));
        json_add_number(object, "count", group->count);
        json_add_fingerprint(object, fingerprint_of_descriptors(group));
        json_object_set_new(object, "open", open_of(group));
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &group->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

static void write_descriptors(struct json_writer *writer, const struct report_process *process)
{
    const struct descriptor_counts counts = report_descriptor_counts(process);
    json_t *object = json_object();

    json_object_set_new(object, "listed", json_boolean(process->descriptors_listed));
    json_object_set_new(object, "tracked", json_boolean(process->descriptors_tracked));
    if (process->descriptors_listed) {
        json_add_number(object, "open", counts.open);
        json_add_number(object, "standard", counts.standard);
        json_add_number(object, "inherited", counts.inherited);
    }
    json_write_text(writer, ",\n\"descriptors\":{");
    json_write_members(writer, object);
    if (process->descriptors_listed)
        write_descriptor_groups(writer, process);
    json_write_text(writer, "}");
}

static json_t *coverage_of(const struct report_process *process)
{
    json_t *object = json_object();

    json_object_set_new(object, "heap", json_string(json_word(&json_coverages, process->coverage)));
    json_add_texts(object, "reasons", process->reasons, process->reason_count);
    return object;
}

static json_t *peak_of(const struct report_process *process)
{
    json_t *object = json_object();

    json_add_number(object, "bytes", process->peak_bytes);
    json_add_number(object, "at_ns", process->peak_at_ns);
    return object;
}

static json_t *heap_of(const struct report_process *process)
{
    json_t *object = json_object();

    if (!process->no_history) {
        json_add_number(object, "allocations", process->allocations);
        json_add_number(object, "frees", process->frees);
        json_add_number(object, "allocated_bytes", process->allocated_bytes);
    }
    json_object_set_new(object, "blocks_known", json_boolean(process->coverage != COVERAGE_NONE && !process->blocks_unknown));
    json_object_set_new(object, "live", json_amount(process->live));
    if (process->usage.known)
        json_object_set_new(object, "usage", json_heap_usage(process));
    if (!process->no_history) {
        json_object_set_new(object, "peak", peak_of(process));
        json_add_number(object, "ledger_bytes", process->ledger_bytes);
    }
    return object;
}

static json_t *syscalls_of(const struct report_process *process)
{
    json_t *all = json_object();

    for (size_t i = 0; i < process->syscall_count; i++) {
        json_t *object = json_object();
        json_add_number(object, "calls", process->syscalls[i].calls);
        json_add_number(object, "errors", process->syscalls[i].errors);
        json_add_number(object, "time_ns", process->syscalls[i].time_ns);
        json_object_set_new(all, process->syscalls[i].name, object);
    }
    return all;
}

static size_t count_words(char *const *words)
{
    size_t count = 0;

    while (words && words[count])
        count++;
    return count;
}

static void write_process(struct json_writer *writer, const struct report_process *process)
{
    json_t *object = json_object(), *rest = json_object();
    struct json_end end = {process->end, process->status, process->signal, process->core_dumped, process->oom_killed};

    json_object_set_new(object, "pid", json_integer(process->pid));
    json_object_set_new(object, "ppid", json_integer(process->ppid));
    json_add_text(object, "executable", process->executable);
    json_add_texts(object, "command", process->command, count_words(process->command));
    json_add_number(object, "started_ns", process->started_ns);
    json_add_number(object, "ended_ns", process->ended_ns);
    if (process->no_history)
        json_add_number(object, "stopped_ns", process->stopped_ns);
    json_object_set_new(object, "end", json_end(&end));
    json_object_set_new(object, "coverage", coverage_of(process));
    json_object_set_new(object, "heap", heap_of(process));
    if (process->memory.known)
        json_object_set_new(object, "memory", json_memory(process));
    json_write_members(writer, object);
    write_leaks(writer, process);
    json_pointers(writer, process);
    write_errors(writer, process);
    write_mappings(writer, process);
    write_descriptors(writer, process);
    json_locks(writer, &process->locks);
    json_realtime(writer, &process->realtime);
    json_refused(writer, process);
    json_oom(writer, process);
    json_thresholds(writer, process);
    json_process_limits(writer, process);
    json_cold(writer, process);
    json_duplicates(writer, process);
    json_object_set_new(rest, "syscalls", syscalls_of(process));
    json_write_text(writer, ",");
    json_write_members(writer, rest);
    json_write_text(writer, "}");
}

/* ---- The report ---- */

static json_t *head_of(const struct report *report)
{
    json_t *object = json_object(), *summary = json_object();

    json_object_set_new(object, "format", json_string("leakwatch-report"));
    json_object_set_new(object, "version", json_integer(1));
    json_add_text(object, "leakwatch", report->version);
    json_add_texts(object, "command", report->command, count_words(report->command));
    json_object_set_new(object, "mode", json_string(report->mode));
    json_add_text(object, "started", report->started);
    json_add_number(object, "elapsed_ns", report->elapsed_ns);
    json_object_set_new(summary, "verdict", json_string(report->verdict));
    json_add_kinds(summary, report->total);
    json_add_number(summary, "errors", report->error_count);
    json_object_set_new(object, "summary", summary);
    return object;
}

static json_t *suppressions_of(const struct report *report)
{
    json_t *object = json_object(), *used = json_array(), *unused = json_array();

    for (size_t i = 0; i < report->suppressions_used_count; i++) {
        const struct report_suppression_use *use = &report->suppressions_used[i];
        json_t *entry = json_amount((struct leak_amount){use->blocks, use->bytes});
        json_add_text(entry, "name", use->name);
        json_array_append_new(used, entry);
    }
    for (size_t i = 0; i < report->suppressions_unused_count; i++) {
        const struct report_unused_suppression *suppression = &report->suppressions_unused[i];
        json_t *entry = json_object();
        json_add_text(entry, "name", suppression->name);
        json_add_text(entry, "file", suppression->file);
        json_add_number(entry, "line", suppression->line);
        json_array_append_new(unused, entry);
    }
    json_object_set_new(object, "used", used);
    json_object_set_new(object, "unused", unused);
    return object;
}

static json_t *machine_findings_of(const struct report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->machine_findings.count; i++)
        json_array_append_new(array, json_finding(&report->machine_findings.items[i]));
    return array;
}

static json_t *baseline_of(const struct report_baseline *baseline)
{
    json_t *object = json_object();

    json_add_text(object, "file", baseline->file);
    json_add_number(object, "new", baseline->new_count);
    json_add_number(object, "grown", baseline->grown);
    json_add_number(object, "known", baseline->known);
    json_object_set_new(object, "before", json_amount(baseline->before));
    json_object_set_new(object, "after", json_amount(baseline->after));
    return object;
}

/* Only if it was asked for. */
static void add_own_usage(json_t *object, const struct own_usage *usage)
{
    json_t *own;

    if (!usage->measured)
        return;
    own = json_object();
    json_add_known(own, "peak_bytes", usage->peak);
    json_add_number(own, "user_ns", usage->user_ns);
    json_add_number(own, "system_ns", usage->system_ns);
    if (usage->symbols_peak.known) {
        json_add_known(own, "symbols_peak_bytes", usage->symbols_peak);
        json_add_number(own, "symbols_ns", usage->symbols_ns);
    }
    json_add_number(own, "reading_ns", usage->phase_ns[USAGE_READING]);
    json_add_number(own, "scanning_ns", usage->phase_ns[USAGE_SCANNING]);
    json_add_number(own, "naming_ns", usage->phase_ns[USAGE_NAMING]);
    json_object_set_new(object, "own_usage", own);
}

/* Only if something was injected. */
static void add_injections(json_t *object, const struct report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->injection_count; i++) {
        json_t *entry = json_object();
        json_add_text(entry, "what", report->injections[i].text);
        json_add_number(entry, "count", report->injections[i].count);
        json_array_append_new(array, entry);
    }
    if (report->injection_count > 0)
        json_object_set(object, "inject", array);
    json_decref(array);
}

static void write_report(struct json_writer *writer, const struct report *report)
{
    json_t *rest = json_object();

    json_write_text(writer, "{");
    json_t *head = head_of(report);
    if (report->baseline)
        json_object_set_new(head, "baseline", baseline_of(report->baseline));
    add_injections(head, report);
    json_write_members(writer, head);
    json_write_text(writer, ",\n\"processes\":[");
    for (size_t i = 0; i < report->process_count; i++) {
        json_write_element(writer, i);
        write_process(writer, &report->processes[i]);
    }
    json_write_text(writer, "],\n");
    json_fail_alloc(writer, report->fail_alloc);
    json_growth(writer, report->growth);
    json_object_set_new(rest, "suppressions", suppressions_of(report));
    json_object_set_new(rest, "limits", machine_findings_of(report));
    add_own_usage(rest, &report->own_usage);
    json_write_members(writer, rest);
    if (writer->frames_apart)
        json_write_frames(writer);
    json_write_text(writer, "}\n");
}

static int write_all(const struct report *report, struct json_writer writer)
{
    FILE *stream = writer.stream;

    errno = 0;
    write_report(&writer, report);
    json_writer_finish(&writer);
    int error = stream_end(stream);
    return error == 0 && writer.failed ? -ENOMEM : error;
}

int report_write_json(const struct report *report, const struct report_view *view, FILE *stream)
{
    return write_all(report, (struct json_writer){.stream = stream});
}

int json_write_frames_apart(const struct report *report, FILE *stream)
{
    return write_all(report, (struct json_writer){.stream = stream, .frames_apart = true});
}
