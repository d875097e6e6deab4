/* SPDX-License-Identifier: MIT */
#include "call_stack.h"

#include <string.h>

#include "report/encoding/json_stream.h"
#include "text_escape.h"

/* ---- Text ------------------------------------------------------------------------------------------------------------------ */

static void add_place(struct text_buffer *buffer, const struct call_frame *frame)
{
    text_escape_bytes(buffer, frame->path, strlen(frame->path), false);
    text_buffer_char(buffer, '(');
    if (frame->function)
        text_buffer_text(buffer, frame->function);
    if (frame->function_offset) {
        text_buffer_char(buffer, '+');
        text_buffer_hex(buffer, frame->function_offset);
    }
    text_buffer_char(buffer, ')');
}

void call_stack_text(struct text_buffer *buffer, const struct system_call *call)
{
    for (size_t i = 0; i < call->stack_size; i++) {
        const struct call_frame *frame = &call->stack[i];
        const bool known = frame->path && frame->path[0];
        text_buffer_text(buffer, " > ");
        if (known)
            add_place(buffer, frame);
        else
            text_buffer_text(buffer, "??");
        text_buffer_text(buffer, " [");
        text_buffer_hex(buffer, known ? frame->file_offset : frame->address);
        text_buffer_text(buffer, "]\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------------ */

static void add_json_frame(struct text_buffer *buffer, const struct call_frame *frame)
{
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "address");
    json_stream_hex(buffer, frame->address);
    if (frame->path && frame->path[0]) {
        json_stream_member(buffer, "file");
        json_stream_foreign(buffer, frame->path, strlen(frame->path));
        json_stream_member(buffer, "file_offset");
        json_stream_hex(buffer, frame->file_offset);
    }
    if (frame->function) {
        json_stream_member_text(buffer, "function", frame->function);
    }
    if (frame->function_offset) {
        json_stream_member(buffer, "function_offset");
        json_stream_unsigned(buffer, frame->function_offset);
    }
    json_stream_end(buffer, '}');
}

void call_stack_json(struct text_buffer *buffer, const struct system_call *call)
{
    json_stream_member(buffer, "stack");
    json_stream_begin(buffer, '[');
    for (size_t i = 0; i < call->stack_size; i++)
        add_json_frame(buffer, &call->stack[i]);
    json_stream_end(buffer, ']');
}
