/* SPDX-License-Identifier: MIT
 * Stacks, leaks and memory errors of a saved report. */
#include "read_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "report/encoding/base64.h"
#include "report/encoding/signal_name.h"

/* ---- Frames ---- */

/* Records share frames, and the same frame is the same text each time: it is read once, and found by its text. */
struct known_frame {
    const struct report_frame *frame;
    size_t size;
    char text[];
};
#define FRAMES_KNOWN_MAX 65536 /* so many are remembered; what comes later is read each time */

struct frame_key {
    const char *text;
    size_t size;
};

static bool is_frame(const void *entry, const void *key)
{
    const struct known_frame *known = entry;
    const struct frame_key *wanted = key;

    return known->size == wanted->size && memcmp(known->text, wanted->text, known->size) == 0;
}

/* Owned by the caller. */
static struct known_frame *known_frame_create(const struct frame_key *key)
{
    struct known_frame *known = xmalloc(sizeof *known + key->size);

    known->size = key->size;
    memcpy(known->text, key->text, key->size);
    return known;
}

void json_reader_finish_frames(struct json_reader *reader)
{
    for (size_t i = 0; i < reader->frames.capacity; i++)
        free(reader->frames.slots[i].entry);
    hash_table_finish(&reader->frames);
}

static bool read_offset(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_address(reader, field, member);
}

static bool read_line(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_unsigned(reader, field, member);
}

static const struct json_field frame_fields[] = {
    JSON_ADDRESS("address", struct report_frame, address),
    JSON_VALUE("module", struct report_frame, module),
    JSON_VALUE("build_id", struct report_frame, build_id),
    {.name = "offset", .read = read_offset, .offset = offsetof(struct report_frame, offset)},
    JSON_VALUE("function", struct report_frame, function),
    JSON_VALUE("linkage_name", struct report_frame, linkage_name),
    JSON_VALUE("file", struct report_frame, file),
    {.name = "line", .read = read_line, .offset = offsetof(struct report_frame, line)},
    JSON_VALUE("inlined", struct report_frame, inlined),
};
static const struct json_shape frame_shape = JSON_SHAPE(frame_fields, NULL);

/* NULL after an error. */
static const struct report_frame *read_frame(struct json_reader *reader)
{
    struct frame_key key;

    if (!json_cursor_span(&reader->cursor, &key.text, &key.size))
        return NULL;
    const uint64_t hash = hash_bytes(key.text, key.size);
    struct known_frame *known = hash_table_find(&reader->frames, hash, is_frame, &key);
    if (known) {
        json_cursor_pass(&reader->cursor, key.size);
        return known->frame;
    }
    struct report_frame *frame = report_names_frames(reader->names, 1);
    known = reader->frames.count < FRAMES_KNOWN_MAX ? known_frame_create(&key) : NULL;
    if (known) {
        known->frame = frame;
        hash_table_add(&reader->frames, hash, known);
    }
    return json_read_shape(reader, &frame_shape, frame) ? frame : NULL;
}

/* ---- Stacks ---- */

bool json_read_stack(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_stack *stack = member;
    const struct report_frame **frames = NULL;
    size_t capacity = 0, count = 0;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        const struct report_frame *frame = read_frame(reader);
        if (frame == NULL)
            break;
        frames = xgrow(frames, &capacity, count + 1, sizeof *frames);
        frames[count++] = frame;
    }
    if (count > 0) {
        const struct report_frame **kept = report_names_stack(reader->names, count);
        memcpy(kept, frames, count * sizeof *kept);
        stack->frames = kept;
        stack->frame_count = count;
    }
    free(frames);
    return !reader->cursor.error;
}

/* ---- Leaks ---- */

static const struct json_field amount_fields[] = {
    JSON_VALUE("blocks", struct leak_amount, blocks),
    JSON_VALUE("bytes", struct leak_amount, bytes),
};
const struct json_shape json_amount_shape = JSON_SHAPE(amount_fields, NULL);

/* Bytes may be NUL here: this is no text. */
static bool read_bytes(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_example *example = member;
    json_t *value = json_cursor_value(&reader->cursor, JSON_ALLOW_NUL);

    if (!json_is_string(value)) {
        json_decref(value);
        return value != NULL && json_cursor_refuse(&reader->cursor, "a string");
    }
    free(example->bytes);
    example->byte_count = json_string_length(value);
    example->bytes = xmalloc(example->byte_count + 1);
    memcpy(example->bytes, json_string_value(value), example->byte_count);
    json_decref(value);
    return true;
}

/* The bytes themselves, where the string is only what they look like. */
static bool replace_bytes(struct json_reader *reader, const json_t *encoded, void *member)
{
    struct report_example *example = member;
    size_t size = 0;
    char *bytes = json_is_string(encoded) ? base64_decode(json_string_value(encoded), &size) : NULL;

    if (bytes == NULL)
        return json_cursor_fail(&reader->cursor, "raw_base64 is not what it should be");
    free(example->bytes);
    example->bytes = (unsigned char *)bytes;
    example->byte_count = size;
    return true;
}

static bool settle_example(struct json_reader *reader, void *object)
{
    const struct report_example *example = object;

    if (example->byte_count > REPORT_EXAMPLE_BYTES)
        return json_cursor_fail(&reader->cursor, "an example has more than %d bytes", REPORT_EXAMPLE_BYTES);
    return true;
}

static const struct json_field example_fields[] = {
    JSON_ADDRESS("address", struct report_example, address),
    JSON_VALUE("size", struct report_example, size),
    {.name = "bytes", .read = read_bytes, .replace = replace_bytes},
};
static const struct json_shape example_shape = JSON_SHAPE(example_fields, settle_example);

static const struct json_field leak_fields[] = {
    JSON_WORD("kind", struct report_leak, kind, &json_leak_kinds),
    JSON_VALUE("blocks", struct report_leak, direct.blocks),
    JSON_VALUE("bytes", struct report_leak, direct.bytes),
    JSON_OBJECT("indirect", struct report_leak, indirect, &json_amount_shape),
    JSON_LABEL("allocator", struct report_leak, allocator),
    JSON_VALUE("cycle", struct report_leak, cycle),
    {"baseline", json_read_word, offsetof(struct report_leak, novelty), &json_novelties, .optional = true},
    JSON_VALUE("stack_truncated", struct report_leak, stack.truncated),
    JSON_OPTIONAL("suppression", struct report_leak, suppression),
    JSON_OPTIONAL("content", struct report_leak, stack.content),
    JSON_OPTIONAL_LIST("examples", struct report_leak, examples, example_count, &example_shape),
    JSON_STACK("stack", struct report_leak, stack),
};
const struct json_shape json_leak_shape = JSON_SHAPE(leak_fields, NULL);

/* ---- Memory errors ---- */

static const struct json_field error_fields[] = {
    JSON_LABEL("kind", struct report_error, kind),
    JSON_ADDRESS("address", struct report_error, address),
    JSON_VALUE("size", struct report_error, size),
    JSON_VALUE("thread", struct report_error, thread),
    JSON_VALUE("count", struct report_error, count),
    JSON_LABEL("taken_with", struct report_error, taken_with),
    JSON_LABEL("given_with", struct report_error, given_with),
    {"baseline", json_read_word, offsetof(struct report_error, novelty), &json_novelties, .optional = true},
    JSON_STACK("stack", struct report_error, stack),
    JSON_STACK("allocated", struct report_error, allocated),
    JSON_STACK("freed", struct report_error, freed),
};
const struct json_shape json_error_shape = JSON_SHAPE(error_fields, NULL);

/* ---- Signals ---- */

bool json_read_signal(struct json_reader *reader, const struct json_field *field, void *member)
{
    const char *name = NULL;

    if (json_read_null(reader))
        return true;
    if (!json_read_label(reader, field, &name))
        return false;
    *(int *)member = report_signal_number(name);
    return *(int *)member != 0 || json_cursor_refuse(&reader->cursor, "the name of a signal");
}
