/* SPDX-License-Identifier: MIT */
#include "call_stack.h"

#include <string.h>

#include "elf/symbolizer.h"
#include "json_stream.h"
#include "text_escape.h"

/* The function that is there as a whole: what was inlined into it has no address of its own. */
struct place_name {
    const char *function; /* NULL: not known */
    uint64_t offset;      /* into it; 0: not known, as it is the place behind a call */
};

static struct place_name name_of(struct symbolizer *symbolizer, const struct call_frame *frame)
{
    enum { INLINED_MAX = 64 };
    struct symbol_frame names[INLINED_MAX];
    struct symbol_module module;

    if (!frame->path || frame->path[0] != '/')
        return (struct place_name){0};
    const size_t count = symbolizer_lookup(symbolizer, frame->path, frame->file_offset - 1, &module, names, INLINED_MAX);
    if (count == 0)
        return (struct place_name){0};
    const struct symbol_frame *whole = &names[count - 1];
    return (struct place_name){whole->function, whole->start ? module.bias_offset + 1 - whole->start : 0};
}

/* ---- Text ------------------------------------------------------------------------------------------------------------------ */

static void add_place(struct text_buffer *buffer, struct symbolizer *symbolizer, const struct call_frame *frame)
{
    const struct place_name name = name_of(symbolizer, frame);

    text_escape_bytes(buffer, frame->path, strlen(frame->path), false);
    text_buffer_char(buffer, '(');
    if (name.function)
        text_buffer_text(buffer, name.function);
    if (name.offset) {
        text_buffer_char(buffer, '+');
        text_buffer_hex(buffer, name.offset);
    }
    text_buffer_char(buffer, ')');
}

void call_stack_text(struct text_buffer *buffer, struct symbolizer *symbolizer, const struct system_call *call)
{
    for (size_t i = 0; i < call->stack_size; i++) {
        const struct call_frame *frame = &call->stack[i];
        const bool known = frame->path && frame->path[0];
        text_buffer_text(buffer, " > ");
        if (known)
            add_place(buffer, symbolizer, frame);
        else
            text_buffer_text(buffer, "??");
        text_buffer_text(buffer, " [");
        text_buffer_hex(buffer, known ? frame->file_offset : frame->address);
        text_buffer_text(buffer, "]\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------------ */

static void add_json_frame(struct text_buffer *buffer, struct symbolizer *symbolizer, const struct call_frame *frame)
{
    const struct place_name name = name_of(symbolizer, frame);

    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "address");
    json_stream_hex(buffer, frame->address);
    if (frame->path && frame->path[0]) {
        json_stream_member(buffer, "file");
        json_stream_foreign(buffer, frame->path, strlen(frame->path));
        json_stream_member(buffer, "file_offset");
        json_stream_hex(buffer, frame->file_offset);
    }
    if (name.function) {
        json_stream_member(buffer, "function");
        json_stream_text(buffer, name.function);
    }
    if (name.offset) {
        json_stream_member(buffer, "function_offset");
        json_stream_unsigned(buffer, name.offset);
    }
    json_stream_end(buffer, '}');
}

void call_stack_json(struct text_buffer *buffer, struct symbolizer *symbolizer, const struct system_call *call)
{
    json_stream_member(buffer, "stack");
    json_stream_begin(buffer, '[');
    for (size_t i = 0; i < call->stack_size; i++)
        add_json_frame(buffer, symbolizer, &call->stack[i]);
    json_stream_end(buffer, ']');
}
