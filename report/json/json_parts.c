/* SPDX-License-Identifier: MIT */
#include "json_parts.h"

#include <inttypes.h>

#include "report/encoding/json_text.h"
#include "report/encoding/signal_name.h"
#include "json_words.h"

void json_writer_finish(struct json_writer *writer)
{
    json_frames_finish(&writer->frames);
}

/* ---- Pieces of text ---- */

void json_write_text(struct json_writer *writer, const char *text)
{
    fputs(text, writer->stream);
}

void json_write_members(struct json_writer *writer, json_t *object)
{
    if (json_dumpf(object, writer->stream, JSON_COMPACT | JSON_EMBED) != 0)
        writer->failed = true;
    json_decref(object);
}

void json_add_kind(json_t *object, const char *name, enum leak_kind kind)
{
    json_object_set_new(object, name, json_string(json_word(&json_leak_kinds, kind)));
}

void json_add_fingerprint(json_t *object, struct fingerprint fingerprint)
{
    char text[FINGERPRINT_TEXT_SIZE];

    json_object_set_new(object, "fingerprint", json_string(fingerprint_text(fingerprint, text)));
}

void json_add_novelty(json_t *object, enum report_novelty novelty)
{
    if (novelty != NOVELTY_NONE)
        json_object_set_new(object, "baseline", json_string(json_word(&json_novelties, novelty)));
}

json_t *json_amount(struct leak_amount amount)
{
    json_t *object = json_object();

    json_add_number(object, "blocks", amount.blocks);
    json_add_number(object, "bytes", amount.bytes);
    return object;
}

void json_add_kinds(json_t *object, const struct leak_amount total[LEAK_KINDS])
{
    for (size_t kind = 0; kind < LEAK_KINDS; kind++)
        json_object_set_new(object, json_word(&json_leak_kinds, (unsigned)kind), json_amount(total[kind]));
}

/* ---- Stacks ---- */

json_t *json_stack(const struct report_stack *stack)
{
    json_t *array = json_array();

    for (size_t i = 0; i < stack->frame_count; i++)
        json_array_append_new(array, json_frame_object(stack->frames[i]));
    return array;
}

static void write_frame(struct json_writer *writer, const struct json_frame *frame)
{
    if (frame->text == NULL)
        writer->failed = true;
    else /* most of a report: measuring its length again, and locking, would be felt */
        fwrite_unlocked(frame->text, 1, frame->length, writer->stream);
}

void json_write_stack(struct json_writer *writer, const char *name, const struct report_stack *stack)
{
    fprintf(writer->stream, ",\"%s\":[", name);
    for (size_t i = 0; i < stack->frame_count; i++) {
        if (i > 0)
            json_write_text(writer, ",");
        const struct json_frame *frame = json_frames_find(&writer->frames, stack->frames[i]);
        if (writer->frames_apart)
            fprintf(writer->stream, "%zu", frame->number);
        else
            write_frame(writer, frame);
    }
    json_write_text(writer, "]");
}

void json_write_frames(struct json_writer *writer)
{
    json_write_text(writer, ",\n\"frames\":[");
    for (size_t i = 0; i < writer->frames.count; i++) {
        json_write_text(writer, i > 0 ? ",\n" : "\n");
        write_frame(writer, writer->frames.numbered[i]);
    }
    json_write_text(writer, "]");
}

void json_write_element(struct json_writer *writer, size_t index)
{
    json_write_text(writer, index > 0 ? ",\n{" : "\n{");
}

/* ---- Findings ---- */

static json_t *examples_of(const struct report_leak *leak)
{
    json_t *array = json_array();

    for (size_t i = 0; i < leak->example_count; i++) {
        const struct report_example *example = &leak->examples[i];
        json_t *object = json_object();
        json_add_address(object, "address", example->address);
        json_add_number(object, "size", example->size);
        json_add_bytes(object, "bytes", example->bytes, example->byte_count);
        json_array_append_new(array, object);
    }
    return array;
}

static void write_word(struct json_writer *writer, const char *word)
{
    json_t *string = json_string(word);

    if (string == NULL || json_dumpf(string, writer->stream, JSON_ENCODE_ANY) != 0)
        writer->failed = true;
    json_decref(string);
}

/* Most of a report with many records is this: without a tree, of which each member would be allocated. The words are our own, but
 * for that of the allocator, which may be from a saved report. */
static void write_plain_members(struct json_writer *writer, const struct report_leak *leak)
{
    char fingerprint[FINGERPRINT_TEXT_SIZE];

    fprintf(writer->stream,
            "\"kind\":\"%s\",\"blocks\":%" PRId64 ",\"bytes\":%" PRId64 ",\"indirect\":{\"blocks\":%" PRId64 ",\"bytes\":%" PRId64
            "}",
            json_word(&json_leak_kinds, leak->kind), json_number(leak->direct.blocks), json_number(leak->direct.bytes),
            json_number(leak->indirect.blocks), json_number(leak->indirect.bytes));
    json_write_text(writer, ",\"allocator\":");
    write_word(writer, leak->allocator);
    fprintf(writer->stream, ",\"cycle\":%s,\"fingerprint\":\"%s\"", leak->cycle ? "true" : "false",
            fingerprint_text(fingerprint_of_leak(leak), fingerprint));
    if (leak->novelty != NOVELTY_NONE)
        fprintf(writer->stream, ",\"baseline\":\"%s\"", json_word(&json_novelties, leak->novelty));
    fprintf(writer->stream, ",\"stack_truncated\":%s", leak->stack.truncated ? "true" : "false");
}

void json_write_leak(struct json_writer *writer, const struct report_leak *leak)
{
    write_plain_members(writer, leak);
    if (leak->suppression || leak->stack.content || leak->example_count > 0) {
        json_t *object = json_object();
        if (leak->suppression)
            json_add_text(object, "suppression", leak->suppression);
        if (leak->stack.content)
            json_add_text(object, "content", leak->stack.content);
        if (leak->example_count > 0)
            json_object_set_new(object, "examples", examples_of(leak));
        json_write_text(writer, ",");
        json_write_members(writer, object);
    }
    json_write_stack(writer, "stack", &leak->stack);
    json_write_text(writer, "}");
}

void json_write_error(struct json_writer *writer, const struct report_error *error)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_string(error->kind));
    json_add_address(object, "address", error->address);
    json_add_number(object, "size", error->size);
    json_add_number(object, "thread", error->thread);
    json_add_number(object, "count", error->count);
    json_add_text(object, "taken_with", error->taken_with);
    json_add_text(object, "given_with", error->given_with);
    json_add_fingerprint(object, fingerprint_of_error(error));
    json_add_novelty(object, error->novelty);
    json_write_members(writer, object);
    json_write_stack(writer, "stack", &error->stack);
    json_write_stack(writer, "allocated", &error->allocated);
    json_write_stack(writer, "freed", &error->freed);
    json_write_text(writer, "}");
}

json_t *json_end(const struct json_end *end)
{
    json_t *object = json_object();
    char name[SIGNAL_NAME_SIZE];

    json_object_set_new(object, "how", json_string(json_word(&json_process_ends, end->end)));
    if (end->end == END_EXIT)
        json_object_set_new(object, "status", json_integer(end->status));
    if (end->end == END_SIGNAL) {
        json_object_set_new(object, "signal", json_string(report_signal_name(end->signal, name)));
        json_object_set_new(object, "core_dumped", json_boolean(end->core_dumped));
    }
    json_object_set_new(object, "oom_killed", json_boolean(end->oom_killed));
    return object;
}

json_t *json_finding_text(const struct finding_text *finding)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(finding->id));
    json_object_set_new(object, "severity", json_string(json_word(&json_severities, finding->severity)));
    json_add_text(object, "what", finding->what);
    json_add_text(object, "numbers", finding->numbers);
    json_add_text(object, "remedy", finding->remedy);
    return object;
}

json_t *json_finding(const struct limit_finding *finding)
{
    json_t *object =
        json_finding_text(&(struct finding_text){finding->id, finding->severity, finding->what, finding->numbers, finding->remedy});

    json_add_text(object, "subject", finding->subject);
    json_add_number(object, "at_ns", finding->at_ns);
    return object;
}
