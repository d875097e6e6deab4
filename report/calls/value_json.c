/* SPDX-License-Identifier: MIT */
#include "value_json.h"

#include <string.h>

#include "report/encoding/json_stream.h"
#include "report/encoding/utf8.h"
#include "call_text.h"

static void add_mark(struct text_buffer *buffer, const char *name)
{
    json_stream_member(buffer, name);
    json_stream_bool(buffer, true);
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

/* Whether these bytes may be the beginning of a character. */
static bool may_go_on(const char *bytes, size_t size)
{
    const unsigned char first = (unsigned char)bytes[0];
    const size_t length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    for (size_t i = 1; i < size; i++)
        if (((unsigned char)bytes[i] & 0xc0) != 0x80)
            return false;
    return size < length;
}

/* Where a string was cut, a character may have been cut, too: it is left out. */
static size_t whole_characters(const struct value *value)
{
    const size_t valid = utf8_valid_prefix(value->text, value->size);

    return value->truncated && valid < value->size && may_go_on(value->text + valid, value->size - valid) ? valid : value->size;
}

/* A string that could be taken for an address is an object, too. */
static bool is_like_address(const struct value *value)
{
    return value->size >= 2 && memcmp(value->text, "0x", 2) == 0;
}

static void add_string(struct text_buffer *buffer, const struct value *value)
{
    const size_t size = value->hex ? value->size : whole_characters(value);
    const bool is_text = !value->hex && utf8_valid_prefix(value->text, size) == size;

    if (is_text && !value->truncated && !value->abstract && !is_like_address(value)) {
        json_stream_string(buffer, value->text, size);
        return;
    }
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, is_text ? "string" : "bytes");
    if (is_text)
        json_stream_string(buffer, value->text, size);
    else
        json_stream_digits(buffer, value->text, size);
    if (value->abstract)
        add_mark(buffer, "abstract");
    if (value->truncated)
        add_mark(buffer, "truncated");
    json_stream_end(buffer, '}');
}

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

static void add_name(struct text_buffer *buffer, const char *name)
{
    json_stream_member_text(buffer, "name", name);
}

static void add_enum(struct text_buffer *buffer, const struct value *value)
{
    const char *name = constant_set_name(value->set, value->number);

    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "value");
    json_stream_unsigned(buffer, value->number);
    if (name)
        add_name(buffer, name);
    json_stream_end(buffer, '}');
}

static void add_word(struct text_buffer *buffer, const struct value *value)
{
    json_stream_begin(buffer, '{');
    if (value->number != 0) {
        json_stream_member(buffer, "value");
        json_stream_signed(buffer, (int64_t)value->number);
    }
    add_name(buffer, value->text);
    json_stream_end(buffer, '}');
}

/* Returns the bits without a name. */
static uint64_t add_bit_names(struct text_buffer *buffer, const struct value *value)
{
    const struct constant_set *set = value->set;
    const char *zero = value->number == 0 ? constant_set_name(set, 0) : NULL;
    uint64_t rest = value->number;

    if (zero)
        json_stream_text(buffer, zero);
    for (size_t i = 0; i < set->count && rest; i++) {
        const uint64_t bits = set->constants[i].value;
        if (bits == 0 || (rest & bits) != bits)
            continue;
        json_stream_text(buffer, set->constants[i].name);
        rest &= ~bits;
    }
    return rest;
}

/* The names of flags, of a union those of all its parts. Returns what of the number has none. */
static uint64_t add_flag_names(struct text_buffer *buffer, const struct value *value)
{
    uint64_t rest = 0;
    const char *name;

    switch (value->kind) {
    case VALUE_FLAGS:
        return add_bit_names(buffer, value);
    case VALUE_UNION:
        for (const struct value *child = value->first; child; child = child->next)
            rest |= add_flag_names(buffer, child);
        return rest;
    case VALUE_ENUM:
        name = constant_set_name(value->set, value->number);
        break;
    case VALUE_WORD:
        name = value->text;
        break;
    default:
        name = NULL;
        break;
    }
    if (!name)
        return value->number;
    if (*name)
        json_stream_text(buffer, name);
    return 0;
}

static void add_flags(struct text_buffer *buffer, const struct value *value)
{
    uint64_t number = value->number;

    json_stream_begin(buffer, '{');
    if (value->kind == VALUE_FLAGS || call_text_union_number(value, &number)) {
        json_stream_member(buffer, "value");
        json_stream_unsigned(buffer, number);
    }
    json_stream_member(buffer, "flags");
    json_stream_begin(buffer, '[');
    const uint64_t rest = add_flag_names(buffer, value);
    json_stream_end(buffer, ']');
    if (rest) {
        json_stream_member(buffer, "rest");
        json_stream_unsigned(buffer, rest);
    }
    json_stream_end(buffer, '}');
}

/* ---- Descriptors and processes --------------------------------------------------------------------------------------------- */

void value_json_descriptor(struct text_buffer *buffer, int64_t number, const char *constant, const struct descriptor_name *name)
{
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "fd");
    json_stream_signed(buffer, number);
    if (constant)
        add_name(buffer, constant);
    if (name && name->path) {
        json_stream_member(buffer, "path");
        json_stream_foreign(buffer, name->path, strlen(name->path));
    }
    if (name && name->about) {
        json_stream_member_text(buffer, "about", name->about);
    }
    if (name && name->deleted)
        add_mark(buffer, "deleted");
    json_stream_end(buffer, '}');
}

void value_json_process(struct text_buffer *buffer, int64_t number, const char *name)
{
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "pid");
    json_stream_signed(buffer, number);
    if (name) {
        json_stream_member(buffer, "comm");
        json_stream_foreign(buffer, name, strlen(name));
    }
    json_stream_end(buffer, '}');
}

/* ---- Containers ------------------------------------------------------------------------------------------------------------ */

static void add_children(struct text_buffer *buffer, const struct value *parent)
{
    json_stream_begin(buffer, '[');
    for (const struct value *child = parent->first; child; child = child->next)
        value_json_add(buffer, child);
    json_stream_end(buffer, ']');
}

/* What has no name comes last, in an array. */
static void add_fields(struct text_buffer *buffer, const struct value *value)
{
    size_t nameless = 0;
    bool more = false;

    json_stream_begin(buffer, '{');
    for (const struct value *child = value->first; child; child = child->next) {
        more |= !child->name && child->kind == VALUE_MORE;
        nameless += !child->name && child->kind != VALUE_MORE;
        if (!child->name)
            continue;
        json_stream_member(buffer, child->name);
        value_json_add(buffer, child);
    }
    if (nameless) {
        json_stream_member(buffer, "unnamed");
        json_stream_begin(buffer, '[');
        for (const struct value *child = value->first; child; child = child->next)
            if (!child->name && child->kind != VALUE_MORE)
                value_json_add(buffer, child);
        json_stream_end(buffer, ']');
    }
    if (more)
        add_mark(buffer, "truncated");
    json_stream_end(buffer, '}');
}

static void add_bitset(struct text_buffer *buffer, const struct value *value)
{
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "set");
    add_children(buffer, value);
    json_stream_member(buffer, "inverted");
    json_stream_bool(buffer, value->inverted);
    json_stream_end(buffer, '}');
}

static void add_function(struct text_buffer *buffer, const struct value *value)
{
    json_stream_begin(buffer, '{');
    json_stream_member_text(buffer, "call", value->text);
    json_stream_member(buffer, "args");
    add_children(buffer, value);
    if (value->number != 0) {
        json_stream_member(buffer, "value");
        json_stream_unsigned(buffer, value->number);
    }
    json_stream_end(buffer, '}');
}

static void add_change(struct text_buffer *buffer, const struct value *value)
{
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "before");
    value_json_add(buffer, value->first);
    json_stream_member(buffer, "after");
    value_json_add(buffer, value->first->next);
    json_stream_end(buffer, '}');
}

static void add_more(struct text_buffer *buffer)
{
    json_stream_begin(buffer, '{');
    add_mark(buffer, "truncated");
    json_stream_end(buffer, '}');
}

static void add_container(struct text_buffer *buffer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_ARRAY:
        add_children(buffer, value);
        break;
    case VALUE_BITSET:
        add_bitset(buffer, value);
        break;
    case VALUE_CALL:
        add_function(buffer, value);
        break;
    case VALUE_UNION:
        add_flags(buffer, value);
        break;
    case VALUE_CHANGE:
        add_change(buffer, value);
        break;
    case VALUE_MORE:
        add_more(buffer);
        break;
    default:
        add_fields(buffer, value);
        break;
    }
}

static void add_address(struct text_buffer *buffer, uint64_t address)
{
    if (address == 0)
        json_stream_null(buffer);
    else
        json_stream_hex(buffer, address);
}

void value_json_add(struct text_buffer *buffer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_SIGNED:
        json_stream_signed(buffer, (int64_t)value->number);
        break;
    case VALUE_UNSIGNED:
    case VALUE_OCTAL:
    case VALUE_PRODUCT:
        json_stream_unsigned(buffer, value->number);
        break;
    case VALUE_HEX:
        json_stream_hex(buffer, value->number);
        break;
    case VALUE_ADDRESS:
        add_address(buffer, value->number);
        break;
    case VALUE_FD:
        value_json_descriptor(buffer, (int64_t)value->number, value->set ? constant_set_name(value->set, value->number) : NULL,
                              value->descriptor);
        break;
    case VALUE_PID:
        value_json_process(buffer, (int64_t)value->number, value->text);
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
    default:
        add_container(buffer, value);
        break;
    }
}
