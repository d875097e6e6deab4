/* SPDX-License-Identifier: MIT */
#include "json_cursor.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define BUFFER_BYTES ((size_t)64 << 10)
#define NO_SPAN      SIZE_MAX

void json_cursor_init(struct json_cursor *cursor, FILE *stream)
{
    *cursor = (struct json_cursor){.stream = stream, .span = NO_SPAN};
    cursor->buffer = xgrow(NULL, &cursor->capacity, BUFFER_BYTES, 1);
}

void json_cursor_finish(struct json_cursor *cursor)
{
    free(cursor->buffer);
    free(cursor->error);
    *cursor = (struct json_cursor){0};
}

/* ---- Errors ---- */

static void print_path(const struct json_cursor *cursor, FILE *stream)
{
    for (size_t i = 0; i < cursor->depth; i++) {
        if (cursor->path[i].named)
            fprintf(stream, "/%s", cursor->path[i].name);
        else
            fprintf(stream, "/%zu", cursor->path[i].index);
    }
}

static void print_place(const struct json_cursor *cursor, FILE *stream)
{
    uint64_t line = cursor->lines + 1, column = cursor->line_skip + 1;

    for (size_t i = 0; i < cursor->at; i++) {
        column = cursor->buffer[i] == '\n' ? 1 : column + 1;
        line += cursor->buffer[i] == '\n';
    }
    fprintf(stream, "line %" PRIu64 ", column %" PRIu64, line, column);
    if (cursor->depth > 0)
        fprintf(stream, " (");
    print_path(cursor, stream);
    fprintf(stream, cursor->depth > 0 ? "): " : ": ");
}

bool json_cursor_fail(struct json_cursor *cursor, const char *format, ...)
{
    size_t size;
    va_list arguments;

    if (cursor->error)
        return false;
    FILE *stream = open_memstream(&cursor->error, &size);
    if (stream == NULL) {
        cursor->error = xstrdup(strerror(errno));
        return false;
    }
    print_place(cursor, stream);
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
    if (fclose(stream) != 0 || cursor->error == NULL)
        cursor->error = xstrdup(strerror(ENOMEM));
    for (char *byte = cursor->error; *byte; byte++) /* names of members are foreign */
        if (!isprint((unsigned char)*byte))
            *byte = '?';
    return false;
}

/* ---- The buffer ---- */

static void forget(struct json_cursor *cursor, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        cursor->line_skip = cursor->buffer[i] == '\n' ? 0 : cursor->line_skip + 1;
        cursor->lines += cursor->buffer[i] == '\n';
    }
    memmove(cursor->buffer, cursor->buffer + size, cursor->end - size);
    cursor->at -= size;
    cursor->end -= size;
    if (cursor->span != NO_SPAN)
        cursor->span -= size;
}

/* Reads more of the text behind what is there. Returns false at its end, and after an error. */
static bool fill(struct json_cursor *cursor)
{
    if (cursor->at_end || cursor->error)
        return false;
    forget(cursor, cursor->span < cursor->at ? cursor->span : cursor->at);
    if (cursor->end > JSON_SPAN_MAX)
        return json_cursor_fail(cursor, "a value is larger than %zu bytes", JSON_SPAN_MAX);
    if (cursor->end == cursor->capacity)
        cursor->buffer = xgrow(cursor->buffer, &cursor->capacity, cursor->capacity + 1, 1);
    errno = 0;
    size_t got = fread(cursor->buffer + cursor->end, 1, cursor->capacity - cursor->end, cursor->stream);
    cursor->end += got;
    if (got == 0)
        cursor->at_end = true;
    if (got == 0 && ferror(cursor->stream))
        return json_cursor_fail(cursor, "%s", strerror(errno ? errno : EIO));
    return got > 0;
}

char json_cursor_peek(struct json_cursor *cursor)
{
    while (!cursor->error) {
        if (cursor->at == cursor->end && !fill(cursor))
            break;
        char next = cursor->buffer[cursor->at];
        if (next != ' ' && next != '\n' && next != '\t' && next != '\r')
            return next;
        cursor->at++;
    }
    return 0;
}

/* What stands there, in place of what was expected. */
static bool refuse(struct json_cursor *cursor, const char *expected)
{
    char next = json_cursor_peek(cursor);

    if (next == 0 && cursor->at_end)
        return json_cursor_fail(cursor, "the text ends where %s should be", expected);
    if (!isprint((unsigned char)next))
        return json_cursor_fail(cursor, "a byte 0x%02x stands where %s should be", (unsigned char)next, expected);
    return json_cursor_fail(cursor, "'%c' stands where %s should be", next, expected);
}

/* ---- Objects and arrays ---- */

bool json_cursor_enter(struct json_cursor *cursor, char bracket, struct json_items *items)
{
    *items = (struct json_items){.close = bracket == '{' ? '}' : ']'};
    if (json_cursor_peek(cursor) != bracket)
        return refuse(cursor, bracket == '{' ? "an object" : "an array");
    if (cursor->depth == JSON_DEPTH_MAX)
        return json_cursor_fail(cursor, "nested more than %d deep", JSON_DEPTH_MAX);
    cursor->path[cursor->depth].named = false;
    cursor->path[cursor->depth++].index = 0;
    cursor->at++;
    return true;
}

bool json_cursor_next(struct json_cursor *cursor, struct json_items *items)
{
    char next = json_cursor_peek(cursor);

    if (cursor->error)
        return false;
    if (next == items->close) {
        cursor->at++;
        cursor->depth--;
        return false;
    }
    if (!items->begun) {
        items->begun = true;
        return true;
    }
    if (next != ',')
        return refuse(cursor, items->close == '}' ? "',' or '}'" : "',' or ']'");
    cursor->at++;
    cursor->path[cursor->depth - 1].index++;
    return true;
}

/* A name as leakwatch writes them needs no decoding. */
static bool take_plain_name(struct json_cursor *cursor, struct json_step *step)
{
    const char *text = cursor->buffer + cursor->at + 1;
    const size_t left = cursor->end - cursor->at - 1;
    size_t length = 0;

    while (length < left && length < JSON_NAME_SIZE - 1 && (isalnum((unsigned char)text[length]) || text[length] == '_'))
        length++;
    memcpy(step->name, text, length);
    step->name[length] = '\0';
    step->named = length < left && text[length] == '"';
    if (step->named)
        json_cursor_pass(cursor, length + 2);
    return step->named;
}

/* Keeps the name that the next value is. */
static bool read_name(struct json_cursor *cursor, struct json_step *step)
{
    if (take_plain_name(cursor, step))
        return true;
    json_t *name = json_cursor_value(cursor, JSON_ALLOW_NUL);
    if (name == NULL)
        return false;
    snprintf(step->name, sizeof step->name, "%s", json_string_value(name));
    step->named = true;
    json_decref(name);
    return true;
}

const char *json_cursor_name(struct json_cursor *cursor)
{
    struct json_step *step = &cursor->path[cursor->depth - 1];

    if (json_cursor_peek(cursor) != '"') {
        refuse(cursor, "the name of a member");
        return NULL;
    }
    if (!read_name(cursor, step))
        return NULL;
    if (json_cursor_peek(cursor) != ':') {
        refuse(cursor, "':'");
        return NULL;
    }
    cursor->at++;
    return step->name;
}

/* ---- Values ---- */

/* The byte `offset` behind the start of the span, or -1 where the text ends. */
static int byte_of(struct json_cursor *cursor, size_t offset)
{
    while (cursor->span + offset >= cursor->end)
        if (!fill(cursor))
            return -1;
    return (unsigned char)cursor->buffer[cursor->span + offset];
}

/* `size`: of what was looked at so far, up to the first quotation mark. */
static bool find_end_of_string(struct json_cursor *cursor, size_t *size)
{
    for (++*size;; ++*size) {
        int byte = byte_of(cursor, *size);
        if (byte == '\\')
            byte = byte_of(cursor, ++*size);
        else if (byte == '"')
            break;
        if (byte < 0)
            return json_cursor_fail(cursor, "the text ends in a string");
    }
    ++*size;
    return true;
}

static bool find_end_of_tree(struct json_cursor *cursor, size_t *size)
{
    size_t depth = 0;

    for (;;) {
        int byte = byte_of(cursor, *size);
        if (byte < 0)
            return json_cursor_fail(cursor, "the text ends in a value");
        if (byte == '"') {
            if (!find_end_of_string(cursor, size))
                return false;
            continue;
        }
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        ++*size;
        if (depth == 0)
            return true;
    }
}

static bool find_end_of_word(struct json_cursor *cursor, size_t *size)
{
    for (int byte = byte_of(cursor, 0); byte > 0 && (isalnum(byte) || strchr("+-.", byte)); byte = byte_of(cursor, *size))
        ++*size;
    return !cursor->error && (*size > 0 || refuse(cursor, "a value"));
}

bool json_cursor_span(struct json_cursor *cursor, const char **text, size_t *size)
{
    char first = json_cursor_peek(cursor);
    bool found;

    if (cursor->error)
        return false;
    *size = 0;
    cursor->span = cursor->at;
    if (first == '"')
        found = find_end_of_string(cursor, size);
    else if (first == '{' || first == '[')
        found = find_end_of_tree(cursor, size);
    else
        found = find_end_of_word(cursor, size);
    *text = cursor->buffer + cursor->span;
    cursor->span = NO_SPAN;
    return found;
}

void json_cursor_pass(struct json_cursor *cursor, size_t size)
{
    cursor->at += size;
    cursor->passed = size;
}

bool json_cursor_refuse(struct json_cursor *cursor, const char *expected)
{
    cursor->at -= cursor->passed;
    cursor->passed = 0;
    return json_cursor_fail(cursor, "%s is expected here", expected);
}

json_t *json_cursor_value(struct json_cursor *cursor, size_t flags)
{
    const char *text;
    size_t size;
    json_error_t error;

    if (!json_cursor_span(cursor, &text, &size))
        return NULL;
    if ((*text == '{' || *text == '[') && size > JSON_TREE_MAX) {
        json_cursor_fail(cursor, "a value is larger than %zu bytes", JSON_TREE_MAX);
        return NULL;
    }
    json_t *value = json_loadb(text, size, flags | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        json_cursor_fail(cursor, "%s", error.text);
    else
        json_cursor_pass(cursor, size);
    return value;
}

static bool skip_items(struct json_cursor *cursor, char bracket)
{
    struct json_items items;

    if (!json_cursor_enter(cursor, bracket, &items))
        return false;
    while (json_cursor_next(cursor, &items))
        if ((bracket == '{' && !json_cursor_name(cursor)) || !json_cursor_skip(cursor))
            return false;
    return !cursor->error;
}

bool json_cursor_skip(struct json_cursor *cursor)
{
    char first = json_cursor_peek(cursor);

    if (first == '{' || first == '[')
        return skip_items(cursor, first);
    json_t *value = json_cursor_value(cursor, JSON_ALLOW_NUL);
    json_decref(value);
    return value != NULL;
}

bool json_cursor_end(struct json_cursor *cursor)
{
    json_cursor_peek(cursor);
    if (cursor->error)
        return false;
    return cursor->at == cursor->end || refuse(cursor, "the end of the text");
}
