/* SPDX-License-Identifier: MIT
 *
 * The report as JSON, version 1; schema.json says what each member means. Objects are made and written one by one: the whole report
 * as one tree would take far more memory than the model. */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "json_text.h"
#include "report_model.h"
#include "signal_name.h"
#include "xalloc.h"

struct json_writer {
    FILE *stream;
    struct hash_table frames; /* struct frame_text: what a frame looks like, made when it is first written */
    bool failed;
};

struct frame_text {
    const struct report_frame *frame;
    char *text;
};

static const char *const kind_names[LEAK_KINDS] = {"definite", "indirect", "possible", "reachable", "suppressed"};

/* ---- Pieces of text ---- */

static void write_text(struct json_writer *writer, const char *text)
{
    fputs(text, writer->stream);
}

/* Writes the members of `object`, without braces, and releases it. */
static void write_members(struct json_writer *writer, json_t *object)
{
    if (json_dumpf(object, writer->stream, JSON_COMPACT | JSON_EMBED) != 0)
        writer->failed = true;
    json_decref(object);
}

static json_t *amount(uint64_t blocks, uint64_t bytes)
{
    json_t *object = json_object();

    json_add_number(object, "blocks", blocks);
    json_add_number(object, "bytes", bytes);
    return object;
}

static void add_kinds(json_t *object, const struct leak_amount total[LEAK_KINDS])
{
    for (size_t kind = 0; kind < LEAK_KINDS; kind++)
        json_object_set_new(object, kind_names[kind], amount(total[kind].blocks, total[kind].bytes));
}

/* ---- Stacks ---- */

static char *frame_as_text(const struct report_frame *frame)
{
    json_t *object = json_object();

    json_add_address(object, "address", frame->address);
    json_add_text(object, "module", frame->module);
    json_add_text(object, "build_id", frame->build_id);
    if (frame->module != NULL)
        json_add_address(object, "offset", frame->offset);
    else
        json_object_set_new(object, "offset", json_null());
    json_add_text(object, "function", frame->function);
    json_add_text(object, "linkage_name", frame->linkage_name);
    json_add_text(object, "file", frame->file);
    if (frame->line != 0)
        json_add_number(object, "line", frame->line);
    else
        json_object_set_new(object, "line", json_null());
    json_object_set_new(object, "inlined", json_boolean(frame->inlined));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

static bool is_frame(const void *entry, const void *key)
{
    const struct frame_text *known = entry;
    return known->frame == key;
}

static const char *frame_text(struct json_writer *writer, const struct report_frame *frame)
{
    uint64_t hash = hash_mix(0, (uintptr_t)frame);
    struct frame_text *known = hash_table_find(&writer->frames, hash, is_frame, frame);

    if (known == NULL) {
        known = xmalloc(sizeof *known);
        *known = (struct frame_text){frame, frame_as_text(frame)};
        hash_table_add(&writer->frames, hash, known);
    }
    if (known->text == NULL) {
        writer->failed = true;
        return "null";
    }
    return known->text;
}

static void write_stack(struct json_writer *writer, const char *name, const struct report_stack *stack)
{
    fprintf(writer->stream, ",\"%s\":[", name);
    for (size_t i = 0; i < stack->frame_count; i++) {
        if (i > 0)
            write_text(writer, ",");
        write_text(writer, frame_text(writer, stack->frames[i]));
    }
    write_text(writer, "]");
}

/* Starts element `index` of an array: one line for each. */
static void write_element(struct json_writer *writer, size_t index)
{
    write_text(writer, index > 0 ? ",\n{" : "\n{");
}

/* ---- A process ---- */

static void write_leak(struct json_writer *writer, const struct report_leak *leak)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_string(kind_names[leak->kind]));
    json_add_number(object, "blocks", leak->direct.blocks);
    json_add_number(object, "bytes", leak->direct.bytes);
    json_object_set_new(object, "indirect", amount(leak->indirect.blocks, leak->indirect.bytes));
    json_object_set_new(object, "allocator", json_string(leak->allocator));
    json_object_set_new(object, "cycle", json_boolean(leak->cycle));
    json_object_set_new(object, "stack_truncated", json_boolean(leak->stack.truncated));
    if (leak->suppression != NULL)
        json_add_text(object, "suppression", leak->suppression);
    write_members(writer, object);
    write_stack(writer, "stack", &leak->stack);
    write_text(writer, "}");
}

static void write_leaks(struct json_writer *writer, const struct report_process *process)
{
    json_t *object = json_object();

    json_object_set_new(object, "checked", json_boolean(process->leak_checked));
    json_add_text(object, "checked_at", process->leak_checked ? process->checked_at : NULL);
    add_kinds(object, process->total);
    write_text(writer, ",\n\"leaks\":{");
    write_members(writer, object);
    write_text(writer, ",\"records\":[");
    for (size_t i = 0; i < process->leak_count; i++) {
        write_element(writer, i);
        write_leak(writer, &process->leaks[i]);
    }
    write_text(writer, "]}");
}

static void write_errors(struct json_writer *writer, const struct report_process *process)
{
    write_text(writer, ",\n\"errors\":[");
    for (size_t i = 0; i < process->error_count; i++) {
        const struct report_error *error = &process->errors[i];
        json_t *object = json_object();
        json_object_set_new(object, "kind", json_string(error->kind));
        json_add_address(object, "address", error->address);
        json_add_number(object, "size", error->size);
        json_add_number(object, "thread", error->thread);
        json_add_number(object, "count", error->count);
        json_add_text(object, "taken_with", error->taken_with);
        json_add_text(object, "given_with", error->given_with);
        write_element(writer, i);
        write_members(writer, object);
        write_stack(writer, "stack", &error->stack);
        write_stack(writer, "allocated", &error->allocated);
        write_stack(writer, "freed", &error->freed);
        write_text(writer, "}");
    }
    fprintf(writer->stream, "],\"errors_dropped\":%zu", process->errors_dropped);
}

static void write_mappings(struct json_writer *writer, const struct report_process *process)
{
    write_text(writer, ",\n\"mappings\":{\"live\":[");
    for (size_t i = 0; i < process->mapping_count; i++) {
        json_t *object = json_object();
        json_add_number(object, "bytes", process->mappings[i].bytes);
        json_add_number(object, "count", process->mappings[i].count);
        write_element(writer, i);
        write_members(writer, object);
        write_stack(writer, "stack", &process->mappings[i].stack);
        write_text(writer, "}");
    }
    write_text(writer, "]}");
}

static json_t *end_of(const struct report_process *process)
{
    static const char *const how[] = {
        [END_RUNNING] = "running", [END_EXIT] = "exit", [END_SIGNAL] = "signal", [END_EXEC] = "exec", [END_DETACHED] = "detached"};
    json_t *object = json_object();
    char name[SIGNAL_NAME_SIZE];

    json_object_set_new(object, "how", json_string(how[process->end]));
    if (process->end == END_EXIT)
        json_object_set_new(object, "status", json_integer(process->status));
    if (process->end == END_SIGNAL) {
        json_object_set_new(object, "signal", json_string(report_signal_name(process->signal, name)));
        json_object_set_new(object, "core_dumped", json_boolean(process->core_dumped));
    }
    json_object_set_new(object, "oom_killed", json_boolean(process->oom_killed));
    return object;
}

static json_t *coverage_of(const struct report_process *process)
{
    static const char *const heap[] = {[COVERAGE_NONE] = "none", [COVERAGE_PARTIAL] = "partial", [COVERAGE_FULL] = "full"};
    json_t *object = json_object();

    json_object_set_new(object, "heap", json_string(heap[process->coverage]));
    json_add_texts(object, "reasons", process->reasons, process->reason_count);
    return object;
}

static json_t *heap_of(const struct report_process *process)
{
    json_t *object = json_object(), *peak = json_object();

    json_add_number(object, "allocations", process->allocations);
    json_add_number(object, "frees", process->frees);
    json_add_number(object, "allocated_bytes", process->allocated_bytes);
    json_object_set_new(object, "live", amount(process->live.blocks, process->live.bytes));
    json_add_number(peak, "bytes", process->peak_bytes);
    json_add_number(peak, "at_ns", process->peak_at_ns);
    json_object_set_new(object, "peak", peak);
    json_add_number(object, "ledger_bytes", process->ledger_bytes);
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

    json_object_set_new(object, "pid", json_integer(process->pid));
    json_object_set_new(object, "ppid", json_integer(process->ppid));
    json_add_text(object, "executable", process->executable);
    json_add_texts(object, "command", process->command, count_words(process->command));
    json_add_number(object, "started_ns", process->started_ns);
    json_add_number(object, "ended_ns", process->ended_ns);
    json_object_set_new(object, "end", end_of(process));
    json_object_set_new(object, "coverage", coverage_of(process));
    json_object_set_new(object, "heap", heap_of(process));
    write_members(writer, object);
    write_leaks(writer, process);
    write_errors(writer, process);
    write_mappings(writer, process);
    json_object_set_new(rest, "locks", json_object());
    json_object_set_new(rest, "descriptors", json_object());
    json_object_set_new(rest, "thresholds", json_array());
    json_object_set_new(rest, "limits", json_array());
    json_object_set_new(rest, "syscalls", syscalls_of(process));
    write_text(writer, ",\n");
    write_members(writer, rest);
    write_text(writer, "}");
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
    add_kinds(summary, report->total);
    json_add_number(summary, "errors", report->error_count);
    json_object_set_new(object, "summary", summary);
    return object;
}

static json_t *suppressions_of(const struct report *report)
{
    json_t *object = json_object(), *used = json_array(), *unused = json_array();

    for (size_t i = 0; i < report->suppressions_used_count; i++) {
        const struct report_suppression_use *use = &report->suppressions_used[i];
        json_t *entry = amount(use->blocks, use->bytes);
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

static void write_report(struct json_writer *writer, const struct report *report)
{
    json_t *rest = json_object();

    write_text(writer, "{");
    write_members(writer, head_of(report));
    write_text(writer, ",\n\"processes\":[");
    for (size_t i = 0; i < report->process_count; i++) {
        write_element(writer, i);
        write_process(writer, &report->processes[i]);
    }
    write_text(writer, "],\n");
    json_object_set_new(rest, "suppressions", suppressions_of(report));
    json_object_set_new(rest, "limits", json_array());
    write_members(writer, rest);
    write_text(writer, "}\n");
}

int report_write_json(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct json_writer writer = {.stream = stream};

    errno = 0;
    write_report(&writer, report);
    for (size_t i = 0; i < writer.frames.capacity; i++) {
        struct frame_text *known = writer.frames.slots[i].entry;
        if (known != NULL)
            free(known->text);
        free(known);
    }
    hash_table_finish(&writer.frames);
    if (fflush(stream) != 0 || ferror(stream))
        return errno ? -errno : -EIO;
    return writer.failed ? -ENOMEM : 0;
}
