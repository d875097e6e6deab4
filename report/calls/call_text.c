/* SPDX-License-Identifier: MIT */
#include "call_text.h"

#include <inttypes.h>
#include <string.h>

#include "abi/errors.h"
#include "text_escape.h"

/* ---- Comments -------------------------------------------------------------------------------------------------------------- */

static void begin_comment(struct text_buffer *buffer)
{
    text_color_begin(buffer, COLOR_COMMENT);
    text_buffer_text(buffer, " /* ");
}

static void end_comment(struct text_buffer *buffer)
{
    text_buffer_text(buffer, " */");
    text_color_end(buffer);
}

static void add_comment(struct text_buffer *buffer, const char *text)
{
    begin_comment(buffer);
    text_buffer_text(buffer, text);
    end_comment(buffer);
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

static void add_string(struct text_buffer *buffer, const struct value *value)
{
    text_color_begin(buffer, COLOR_STRING);
    if (value->abstract)
        text_buffer_char(buffer, '@');
    text_buffer_char(buffer, '"');
    if (value->hex)
        text_escape_hex(buffer, value->text, value->size);
    else
        text_escape_bytes(buffer, value->text, value->size, false);
    text_buffer_char(buffer, '"');
    text_color_end(buffer);
    if (value->truncated)
        text_buffer_text(buffer, "...");
}

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

static void add_unknown(struct text_buffer *buffer, uint64_t number, const struct constant_set *set)
{
    text_buffer_hex(buffer, number);
    if (set->unknown)
        add_comment(buffer, set->unknown);
}

/* The number of a constant, if it is wanted. Returns whether the name is to follow; then end_name() comes after it. */
static bool begin_name(struct text_buffer *buffer, void (*add_number)(struct text_buffer *, uint64_t), uint64_t number)
{
    if (text_style_of(buffer)->constants != CONST_ABBREV)
        add_number(buffer, number);
    if (text_style_of(buffer)->constants == CONST_VERBOSE)
        begin_comment(buffer);
    return text_style_of(buffer)->constants != CONST_RAW;
}

static void end_name(struct text_buffer *buffer)
{
    if (text_style_of(buffer)->constants == CONST_VERBOSE)
        end_comment(buffer);
}

static void add_enum(struct text_buffer *buffer, const struct value *value)
{
    const char *name = constant_set_name(value->set, value->number);

    if (!name && text_style_of(buffer)->constants != CONST_RAW) {
        add_unknown(buffer, value->number, value->set);
    } else if (begin_name(buffer, text_buffer_hex, value->number)) {
        text_buffer_text(buffer, name);
        end_name(buffer);
    }
}

/* Names of the bits that have one. Returns the others. */
static uint64_t add_bit_names(struct text_buffer *buffer, const struct constant_set *set, uint64_t number)
{
    uint64_t rest = number;

    for (size_t i = 0; i < set->count && rest; i++) {
        const uint64_t bits = set->constants[i].value;
        if (bits == 0 || (rest & bits) != bits)
            continue;
        if (rest != number)
            text_buffer_char(buffer, '|');
        text_buffer_text(buffer, set->constants[i].name);
        rest &= ~bits;
    }
    return rest;
}

static bool has_bit_name(const struct constant_set *set, uint64_t number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->constants[i].value != 0 && (number & set->constants[i].value) == set->constants[i].value)
            return true;
    return false;
}

static void add_flag_names(struct text_buffer *buffer, const struct value *value)
{
    const uint64_t rest = add_bit_names(buffer, value->set, value->number);

    if (rest) {
        text_buffer_char(buffer, '|');
        text_buffer_hex(buffer, rest);
    }
}

static void add_flags(struct text_buffer *buffer, const struct value *value)
{
    const char *zero = value->number == 0 ? constant_set_name(value->set, 0) : NULL;

    if (value->number == 0 && !zero) {
        text_buffer_char(buffer, '0');
    } else if (value->number != 0 && !has_bit_name(value->set, value->number) && text_style_of(buffer)->constants != CONST_RAW) {
        add_unknown(buffer, value->number, value->set);
    } else if (begin_name(buffer, text_buffer_hex, value->number)) {
        if (zero)
            text_buffer_text(buffer, zero);
        else
            add_flag_names(buffer, value);
        end_name(buffer);
    }
}

static void add_signed(struct text_buffer *buffer, uint64_t number)
{
    text_buffer_signed(buffer, (int64_t)number);
}

/* What stands for a number may be shown as one. */
static void add_word(struct text_buffer *buffer, const struct value *value)
{
    if (value->number == 0) {
        text_buffer_text(buffer, value->text);
    } else if (begin_name(buffer, add_signed, value->number)) {
        text_buffer_text(buffer, value->text);
        end_name(buffer);
    }
}

/* ---- Descriptors and processes --------------------------------------------------------------------------------------------- */

static void add_descriptor_name(struct text_buffer *buffer, const struct descriptor_name *name)
{
    text_buffer_char(buffer, '<');
    if (name->path)
        text_escape_bytes(buffer, name->path, strlen(name->path), true);
    if (name->path && name->about)
        text_buffer_char(buffer, '<');
    if (name->about)
        text_buffer_text(buffer, name->about);
    text_buffer_text(buffer, name->path && name->about ? ">>" : ">");
    if (name->deleted)
        text_buffer_text(buffer, "(deleted)");
}

static void add_process_name(struct text_buffer *buffer, const char *name)
{
    text_buffer_char(buffer, '<');
    text_escape_bytes(buffer, name, strlen(name), true);
    text_buffer_char(buffer, '>');
}

static void add_descriptor(struct text_buffer *buffer, const struct value *value)
{
    const char *name = value->set ? constant_set_name(value->set, value->number) : NULL;

    if (!name) {
        text_buffer_signed(buffer, (int64_t)value->number);
    } else if (begin_name(buffer, add_signed, value->number)) {
        text_buffer_text(buffer, name);
        end_name(buffer);
    }
    if (value->descriptor)
        add_descriptor_name(buffer, value->descriptor);
    if (value->kind == VALUE_PID && value->text)
        add_process_name(buffer, value->text);
}

/* ---- Containers ------------------------------------------------------------------------------------------------------------ */

static void add_children(struct text_buffer *buffer, const struct value *parent, const char *separator)
{
    for (const struct value *child = parent->first; child; child = child->next) {
        if ((parent->kind == VALUE_STRUCT || parent->kind == VALUE_LIST) && child->name) {
            text_buffer_text(buffer, child->name);
            text_buffer_char(buffer, parent->kind == VALUE_LIST ? ' ' : '=');
        }
        call_text_value(buffer, child);
        if (child->next)
            text_buffer_text(buffer, separator);
    }
}

static void add_enclosed(struct text_buffer *buffer, const struct value *value, const char *open, const char *separator,
                         const char *close)
{
    text_buffer_text(buffer, open);
    add_children(buffer, value, separator);
    text_buffer_text(buffer, close);
}

bool call_text_union_number(const struct value *value, uint64_t *number)
{
    uint64_t bits = 0;

    for (const struct value *child = value->first; child; child = child->next)
        bits |= child->number;
    *number = value->number;
    return value->number != 0 || bits == 0;
}

static bool has_octal(const struct value *value)
{
    for (const struct value *child = value->first; child; child = child->next)
        if (child->kind == VALUE_OCTAL)
            return true;
    return false;
}

/* With numbers: one for all, and in its comment the names alone. */
static void add_union(struct text_buffer *buffer, const struct value *value)
{
    static const struct call_text_style names = {.constants = CONST_ABBREV};
    const struct call_text_style *style = buffer->style;
    uint64_t number;

    if (!call_text_union_number(value, &number)) {
        add_children(buffer, value, "|");
    } else if (begin_name(buffer, has_octal(value) ? text_buffer_octal : text_buffer_hex, number)) {
        buffer->style = &names;
        add_children(buffer, value, "|");
        buffer->style = style;
        end_name(buffer);
    }
}

static void add_call(struct text_buffer *buffer, const struct value *value)
{
    const bool has_number = strcmp(value->text, "makedev") == 0;

    if (has_number && !begin_name(buffer, text_buffer_hex, value->number))
        return;
    text_buffer_text(buffer, value->text);
    add_enclosed(buffer, value, "(", ", ", ")");
    if (has_number)
        end_name(buffer);
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
        add_call(buffer, value);
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
    case VALUE_UNION:
        add_union(buffer, value);
        break;
    default:
        add_children(buffer, value, "|");
        break;
    }
}

static void add_octal(struct text_buffer *buffer, const struct value *value)
{
    if (value->text)
        text_buffer_text(buffer, value->text);
    else
        text_buffer_octal(buffer, value->number);
}

static void add_hex(struct text_buffer *buffer, const struct value *value)
{
    if (value->text)
        text_buffer_text(buffer, value->text);
    else
        text_buffer_hex(buffer, value->number);
}

static void add_address(struct text_buffer *buffer, const struct value *value)
{
    if (value->number == 0)
        text_buffer_text(buffer, "NULL");
    else
        text_buffer_hex(buffer, value->number);
}

static void add_plain(struct text_buffer *buffer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_SIGNED:
        text_buffer_signed(buffer, (int64_t)value->number);
        break;
    case VALUE_UNSIGNED:
        text_buffer_unsigned(buffer, value->number);
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
        add_word(buffer, value);
        break;
    case VALUE_MORE:
        text_buffer_text(buffer, "...");
        break;
    default:
        add_container(buffer, value);
        break;
    }
}

void call_text_value(struct text_buffer *buffer, const struct value *value)
{
    if (value->remark)
        text_buffer_add(buffer, "/* %s */ ", value->remark);
    add_plain(buffer, value);
    if (value->comment)
        add_comment(buffer, value->comment);
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
    text_color_begin(buffer, COLOR_NAME);
    if (call->row)
        text_buffer_text(buffer, call->row->name);
    else
        text_buffer_add(buffer, "syscall_%#" PRIx64, call->number);
    text_color_end(buffer);
}

static void add_argument_name(struct text_buffer *buffer, const struct value *value)
{
    if (!(value->named || text_style_of(buffer)->argument_names) || !value->name)
        return;
    text_buffer_text(buffer, value->name);
    text_buffer_char(buffer, '=');
}

static void add_arguments(struct text_buffer *buffer, const struct system_call *call, size_t from)
{
    size_t i = 0;

    for (const struct value *value = call->values.first; value; value = value->next, i++) {
        if (i < from)
            continue;
        add_argument_name(buffer, value);
        call_text_value(buffer, value);
        if (value->next || !call->done)
            text_buffer_text(buffer, ", ");
    }
}

void call_text_entry(struct text_buffer *buffer, const struct system_call *call)
{
    call_text_name(buffer, call);
    text_buffer_char(buffer, '(');
    if (call->resumes)
        text_buffer_add(buffer, "<... resuming interrupted %s ...>", call->resumes);
    else
        add_arguments(buffer, call, 0);
}

void call_text_rest(struct text_buffer *buffer, const struct system_call *call, size_t shown)
{
    if (!call->resumes)
        add_arguments(buffer, call, shown);
    text_buffer_char(buffer, ')');
}

static void add_error(struct text_buffer *buffer, int error)
{
    const char *name = error_name(error), *text = error_text(error);

    text_color_begin(buffer, COLOR_ERROR);
    text_buffer_text(buffer, error_is_restart(error) ? "?" : "-1");
    if (name) {
        text_buffer_char(buffer, ' ');
        text_buffer_text(buffer, name);
        text_buffer_text(buffer, " (");
        text_buffer_text(buffer, text);
        text_buffer_char(buffer, ')');
    } else {
        text_buffer_text(buffer, " (errno ");
        text_buffer_signed(buffer, error);
        text_buffer_char(buffer, ')');
    }
    text_color_end(buffer);
}

static void add_success(struct text_buffer *buffer, const struct system_call *call)
{
    const enum type_kind kind = call->row ? call->row->result->kind : TYPE_HEX;

    if (kind == TYPE_OCTAL && call->result_form != RESULT_HEX)
        text_buffer_octal(buffer, (uint64_t)call->result);
    else if (kind == TYPE_MODE)
        text_buffer_add(buffer, call->result < 0100 ? "%03" PRIo64 : "%#" PRIo64, (uint64_t)call->result);
    else if (kind == TYPE_ADDRESS || kind == TYPE_HEX || call->result_form == RESULT_HEX)
        text_buffer_hex(buffer, (uint64_t)call->result);
    else
        text_buffer_signed(buffer, call->result);
    if (call->result_descriptor)
        add_descriptor_name(buffer, call->result_descriptor);
    if (call->result_text)
        add_process_name(buffer, call->result_text);
}

void call_text_result(struct text_buffer *buffer, const struct system_call *call)
{
    text_buffer_text(buffer, "= ");
    if (!call->returned)
        text_buffer_char(buffer, '?');
    else if (call->failed)
        add_error(buffer, (int)-call->result);
    else
        add_success(buffer, call);
    if (call->result_note) {
        text_buffer_text(buffer, " (");
        if (call->result_note->name)
            text_buffer_add(buffer, "%s ", call->result_note->name);
        call_text_value(buffer, call->result_note);
        text_buffer_char(buffer, ')');
    }
    if (call->injected)
        text_buffer_add(buffer, " (INJECTED)");
    if (call->delayed)
        text_buffer_add(buffer, " (DELAYED)");
}
