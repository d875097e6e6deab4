/* SPDX-License-Identifier: MIT */
#include "json_parts.h"

#include <stdlib.h>

#include "json_text.h"
#include "json_words.h"
#include "signal_name.h"
#include "xalloc.h"

struct frame_text {
    const struct report_frame *frame;
    char *text;
};

void json_writer_finish(struct json_writer *writer)
{
    for (size_t i = 0; i < writer->frames.capacity; i++) {
        struct frame_text *known = writer->frames.slots[i].entry;
        if (known != NULL)
            free(known->text);
        free(known);
    }
    hash_table_finish(&writer->frames);
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

/* Only if there was a baseline. */
static void add_novelty(json_t *object, enum report_novelty novelty)
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

static json_t *frame_object(const struct report_frame *frame)
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
    return object;
}

json_t *json_stack(const struct report_stack *stack)
{
    json_t *array = json_array();

    for (size_t i = 0; i < stack->frame_count; i++)
        json_array_append_new(array, frame_object(stack->frames[i]));
    return array;
}

static char *frame_as_text(const struct report_frame *frame)
{
    json_t *object = frame_object(frame);
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

void json_write_stack(struct json_writer *writer, const char *name, const struct report_stack *stack)
{
    fprintf(writer->stream, ",\"%s\":[", name);
    for (size_t i = 0; i < stack->frame_count; i++) {
        if (i > 0)
            json_write_text(writer, ",");
        json_write_text(writer, frame_text(writer, stack->frames[i]));
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

void json_write_leak(struct json_writer *writer, const struct report_leak *leak)
{
    json_t *object = json_object();

    json_add_kind(object, "kind", leak->kind);
    json_add_number(object, "blocks", leak->direct.blocks);
    json_add_number(object, "bytes", leak->direct.bytes);
    json_object_set_new(object, "indirect", json_amount(leak->indirect));
    json_object_set_new(object, "allocator", json_string(leak->allocator));
    json_object_set_new(object, "cycle", json_boolean(leak->cycle));
    json_add_fingerprint(object, fingerprint_of_leak(leak));
    add_novelty(object, leak->novelty);
    json_object_set_new(object, "stack_truncated", json_boolean(leak->stack.truncated));
    if (leak->suppression != NULL)
        json_add_text(object, "suppression", leak->suppression);
    if (leak->stack.content != NULL)
        json_add_text(object, "content", leak->stack.content);
    if (leak->example_count > 0)
        json_object_set_new(object, "examples", examples_of(leak));
    json_write_members(writer, object);
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
    add_novelty(object, error->novelty);
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
