/* SPDX-License-Identifier: MIT */
#include "call_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errors.h"
#include "xalloc.h"

void text_buffer_add(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;

    for (;;) {
        const size_t room = buffer->capacity - buffer->used;
        va_start(arguments, format);
        const int size = vsnprintf(room ? buffer->text + buffer->used : NULL, room, format, arguments);
        va_end(arguments);
        if (size < 0)
            return;
        if ((size_t)size < room) {
            buffer->used += (size_t)size;
            return;
        }
        buffer->text = xgrow(buffer->text, &buffer->capacity, buffer->used + (size_t)size + 1, 1);
    }
}

void text_buffer_clear(struct text_buffer *buffer)
{
    buffer->used = 0;
    if (buffer->text)
        buffer->text[0] = '\0';
}

void text_buffer_finish(struct text_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct text_buffer){0};
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

static const char *short_escape(unsigned char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\v':
        return "\\v";
    case '\f':
        return "\\f";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

/* An octal escape is as short as can be: with three digits only before a digit. */
static void add_byte(struct text_buffer *buffer, unsigned char byte, unsigned char next)
{
    const char *escape = short_escape(byte);

    if (escape)
        text_buffer_add(buffer, "%s", escape);
    else if (byte >= ' ' && byte <= '~')
        text_buffer_add(buffer, "%c", byte);
    else
        text_buffer_add(buffer, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", byte);
}

static void add_string(struct text_buffer *buffer, const struct value *value)
{
    text_buffer_add(buffer, value->abstract ? "@\"" : "\"");
    for (size_t i = 0; i < value->size; i++)
        add_byte(buffer, (unsigned char)value->text[i], i + 1 < value->size ? (unsigned char)value->text[i + 1] : 0);
    text_buffer_add(buffer, value->truncated ? "\"..." : "\"");
}

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

static void add_enum(struct text_buffer *buffer, const struct value *value)
{
    const char *name = constant_set_name(value->set, value->number);

    if (name)
        text_buffer_add(buffer, "%s", name);
    else
        text_buffer_add(buffer, "%#" PRIx64 " /* %s */", value->number, value->set->unknown);
}

static void add_flags(struct text_buffer *buffer, const struct value *value)
{
    const struct constant_set *set = value->set;
    uint64_t rest = value->number;
    const char *separator = "";

    if (rest == 0) {
        const char *name = constant_set_name(set, 0);
        text_buffer_add(buffer, "%s", name ? name : "0");
        return;
    }
    for (size_t i = 0; i < set->count && rest; i++) {
        const uint64_t bits = set->constants[i].value;
        if (bits == 0 || (rest & bits) != bits)
            continue;
        text_buffer_add(buffer, "%s%s", separator, set->constants[i].name);
        separator = "|";
        rest &= ~bits;
    }
    if (rest == value->number)
        text_buffer_add(buffer, "%#" PRIx64 " /* %s */", rest, set->unknown);
    else if (rest)
        text_buffer_add(buffer, "|%#" PRIx64, rest);
}

static void add_descriptor(struct text_buffer *buffer, const struct value *value)
{
    const char *name = value->set ? constant_set_name(value->set, value->number) : NULL;

    if (name)
        text_buffer_add(buffer, "%s", name);
    else
        text_buffer_add(buffer, "%" PRId64, (int64_t)value->number);
    if (value->text)
        text_buffer_add(buffer, "<%s>", value->text);
}

/* ---- Containers ------------------------------------------------------------------------------------------------------------ */

static void add_children(struct text_buffer *buffer, const struct value *parent, const char *separator)
{
    for (const struct value *child = parent->first; child; child = child->next) {
        if ((parent->kind == VALUE_STRUCT || parent->kind == VALUE_LIST) && child->name)
            text_buffer_add(buffer, parent->kind == VALUE_LIST ? "%s " : "%s=", child->name);
        call_text_value(buffer, child);
        if (child->next)
            text_buffer_add(buffer, "%s", separator);
    }
}

static void add_enclosed(struct text_buffer *buffer, const struct value *value, const char *open, const char *separator,
                         const char *close)
{
    text_buffer_add(buffer, "%s", open);
    add_children(buffer, value, separator);
    text_buffer_add(buffer, "%s", close);
}

static void add_container(struct text_buffer *buffer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_STRUCT:
        add_enclosed(buffer, value, "{", ", ", "}");
        break;
    case VALUE_ARRAY:
        add_enclosed(buffer, value, "[", ", ", "]");
        break;
    case VALUE_BITSET:
        add_enclosed(buffer, value, value->inverted ? "~[" : "[", " ", "]");
        break;
    case VALUE_CALL:
        text_buffer_add(buffer, "%s", value->text);
        add_enclosed(buffer, value, "(", ", ", ")");
        break;
    case VALUE_CHANGE:
        add_children(buffer, value, " => ");
        break;
    case VALUE_LIST:
        add_children(buffer, value, ", ");
        break;
    case VALUE_PRODUCT:
        add_children(buffer, value, "*");
        break;
    default:
        add_children(buffer, value, "|");
        break;
    }
}

static void add_octal(struct text_buffer *buffer, const struct value *value)
{
    if (value->text)
        text_buffer_add(buffer, "%s", value->text);
    else
        text_buffer_add(buffer, "%#" PRIo64, value->number);
}

static void add_hex(struct text_buffer *buffer, const struct value *value)
{
    if (value->text)
        text_buffer_add(buffer, "%s", value->text);
    else
        text_buffer_add(buffer, "%#" PRIx64, value->number);
}

static void add_address(struct text_buffer *buffer, const struct value *value)
{
    if (value->number == 0)
        text_buffer_add(buffer, "NULL");
    else
        text_buffer_add(buffer, "%#" PRIx64, value->number);
}

static void add_plain(struct text_buffer *buffer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_SIGNED:
        text_buffer_add(buffer, "%" PRId64, (int64_t)value->number);
        break;
    case VALUE_UNSIGNED:
        text_buffer_add(buffer, "%" PRIu64, value->number);
        break;
    case VALUE_HEX:
        add_hex(buffer, value);
        break;
    case VALUE_OCTAL:
        add_octal(buffer, value);
        break;
    case VALUE_ADDRESS:
        add_address(buffer, value);
        break;
    case VALUE_FD:
    case VALUE_PID:
        add_descriptor(buffer, value);
        break;
    case VALUE_ENUM:
        add_enum(buffer, value);
        break;
    case VALUE_FLAGS:
        add_flags(buffer, value);
        break;
    case VALUE_BYTES:
        add_string(buffer, value);
        break;
    case VALUE_WORD:
        text_buffer_add(buffer, "%s", value->text);
        break;
    case VALUE_MORE:
        text_buffer_add(buffer, "...");
        break;
    default:
        add_container(buffer, value);
        break;
    }
}

void call_text_value(struct text_buffer *buffer, const struct value *value)
{
    add_plain(buffer, value);
    if (value->comment)
        text_buffer_add(buffer, " /* %s */", value->comment);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

size_t call_text_count(const struct system_call *call)
{
    size_t count = 0;

    for (const struct value *value = call->values.first; value; value = value->next)
        count++;
    return count;
}

void call_text_name(struct text_buffer *buffer, const struct system_call *call)
{
    if (call->row)
        text_buffer_add(buffer, "%s", call->row->name);
    else
        text_buffer_add(buffer, "syscall_%#" PRIx64, call->number);
}

static void add_arguments(struct text_buffer *buffer, const struct system_call *call, size_t from)
{
    size_t i = 0;

    for (const struct value *value = call->values.first; value; value = value->next, i++) {
        if (i < from)
            continue;
        call_text_value(buffer, value);
        if (value->next || !call->done)
            text_buffer_add(buffer, ", ");
    }
}

void call_text_entry(struct text_buffer *buffer, const struct system_call *call)
{
    call_text_name(buffer, call);
    text_buffer_add(buffer, "(");
    add_arguments(buffer, call, 0);
}

void call_text_rest(struct text_buffer *buffer, const struct system_call *call, size_t shown)
{
    add_arguments(buffer, call, shown);
    text_buffer_add(buffer, ")");
}

static void add_error(struct text_buffer *buffer, int error)
{
    const char *name = error_name(error), *text = error_text(error);

    text_buffer_add(buffer, error_is_restart(error) ? "?" : "-1");
    if (name)
        text_buffer_add(buffer, " %s (%s)", name, text);
    else
        text_buffer_add(buffer, " (errno %d)", error);
}

static void add_success(struct text_buffer *buffer, const struct system_call *call)
{
    const enum type_kind kind = call->row ? call->row->result->kind : TYPE_HEX;

    if (kind == TYPE_OCTAL)
        text_buffer_add(buffer, "%#" PRIo64, (uint64_t)call->result);
    else if (kind == TYPE_ADDRESS || kind == TYPE_HEX || call->result_form == RESULT_HEX)
        text_buffer_add(buffer, "%#" PRIx64, (uint64_t)call->result);
    else
        text_buffer_add(buffer, "%" PRId64, call->result);
    if (call->result_text)
        text_buffer_add(buffer, "<%s>", call->result_text);
}

void call_text_result(struct text_buffer *buffer, const struct system_call *call)
{
    text_buffer_add(buffer, "= ");
    if (!call->returned)
        text_buffer_add(buffer, "?");
    else if (call->failed)
        add_error(buffer, (int)-call->result);
    else
        add_success(buffer, call);
    if (call->result_note) {
        text_buffer_add(buffer, " (");
        call_text_value(buffer, call->result_note);
        text_buffer_add(buffer, ")");
    }
}
