/* SPDX-License-Identifier: MIT */
#include "call_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "abi/errors.h"
#include "report/encoding/json_stream.h"
#include "value_json.h"

static void add_mark(struct text_buffer *buffer, const char *name)
{
    json_stream_member(buffer, name);
    json_stream_bool(buffer, true);
}

static void add_identity(struct text_buffer *buffer, const struct system_call *call)
{
    char name[32];

    json_stream_member(buffer, "name");
    if (call->row) {
        json_stream_text(buffer, call->row->name);
    } else {
        snprintf(name, sizeof name, "syscall_%#" PRIx64, call->number);
        json_stream_text(buffer, name);
    }
    json_stream_member(buffer, "nr");
    json_stream_unsigned(buffer, call->number);
    if (call->abi != CALL_ABI_64) {
        json_stream_member_text(buffer, "abi", call->abi == CALL_ABI_32 ? "i386" : "x32");
    }
}

/* Those of a call that is not known are counted from 1. */
static void add_arguments(struct text_buffer *buffer, const struct system_call *call)
{
    char number[] = "arg1";

    json_stream_member(buffer, "args");
    json_stream_begin(buffer, '{');
    if (!call->resumes) {
        for (const struct value *value = call->values.first; value; value = value->next, number[3]++) {
            json_stream_member(buffer, value->name ? value->name : number);
            value_json_add(buffer, value);
        }
    }
    json_stream_end(buffer, '}');
    if (call->resumes) {
        json_stream_member_text(buffer, "resumes", call->resumes);
    }
}

static void add_error(struct text_buffer *buffer, int number)
{
    const char *name = error_name(number);
    char unknown[32];

    if (error_is_restart(number))
        json_stream_null(buffer);
    else
        json_stream_signed(buffer, -1);
    snprintf(unknown, sizeof unknown, "errno %d", number);
    json_stream_member_text(buffer, "error", name ? name : unknown);
    json_stream_member(buffer, "errno");
    json_stream_signed(buffer, number);
}

static void add_success(struct text_buffer *buffer, const struct system_call *call)
{
    const enum type_kind kind = call->row ? call->row->result->kind : TYPE_HEX;

    if (kind == TYPE_ADDRESS || kind == TYPE_HEX)
        json_stream_hex(buffer, (uint64_t)call->result);
    else
        json_stream_signed(buffer, call->result);
    if (call->result_descriptor) {
        json_stream_member(buffer, "ret_fd");
        value_json_descriptor(buffer, call->result, NULL, call->result_descriptor);
    }
    if (call->result_text) {
        json_stream_member(buffer, "ret_pid");
        value_json_process(buffer, call->result, call->result_text);
    }
}

static void add_result(struct text_buffer *buffer, const struct system_call *call)
{
    json_stream_member(buffer, "ret");
    if (!call->returned)
        json_stream_null(buffer);
    else if (call->failed)
        add_error(buffer, (int)-call->result);
    else
        add_success(buffer, call);
    if (call->result_note) {
        json_stream_member(buffer, "ret_note");
        value_json_add(buffer, call->result_note);
    }
    if (!call->returned)
        add_mark(buffer, "unfinished");
    if (call->injected)
        add_mark(buffer, "injected");
    if (call->delayed)
        add_mark(buffer, "delayed");
}

void call_json_members(struct text_buffer *buffer, const struct system_call *call)
{
    add_identity(buffer, call);
    add_arguments(buffer, call);
    add_result(buffer, call);
}
