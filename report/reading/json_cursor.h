/* SPDX-License-Identifier: MIT
 *
 * Walks through JSON text that may be larger than memory, from a stream: objects and arrays are entered, single values are handed
 * to jansson. A tree of a whole report would take many times its size. The first error is kept, and every call fails after it, so
 * that a loop needs no test of its own. Private to report/. */
#ifndef LEAKWATCH_REPORT_READING_JSON_CURSOR_H
#define LEAKWATCH_REPORT_READING_JSON_CURSOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 64                 /* of objects and arrays in one another */
#define JSON_NAME_SIZE 64                 /* of the name of a member, with a NUL behind */
#define JSON_SPAN_MAX  ((size_t)16 << 20) /* bytes of a value that is taken as a whole */
#define JSON_TREE_MAX  ((size_t)4 << 20)  /* the same of an object or array: jansson takes up to 30 times that */

struct json_cursor {
    FILE *stream; /* lent */
    char *buffer; /* a part of the text; owned */
    size_t capacity, at, end;
    size_t passed;      /* bytes of the value that was read last */
    size_t span;        /* where a value begins that must stay in the buffer; SIZE_MAX: none */
    uint64_t lines;     /* that ended in front of the buffer */
    uint64_t line_skip; /* bytes of the line at the buffer's start that are in front of it */
    bool at_end;
    struct json_step { /* the way to the value */
        bool named;
        char name[JSON_NAME_SIZE]; /* of a member */
        size_t index;              /* of an element */
    } path[JSON_DEPTH_MAX];
    size_t depth;
    char *error; /* NULL: none; owned */
};

/* The stream stays the caller's. */
void json_cursor_init(struct json_cursor *cursor, FILE *stream);
void json_cursor_finish(struct json_cursor *cursor);

/* Keeps what is wrong, with the place, unless there was an error before. Returns false. */
bool json_cursor_fail(struct json_cursor *cursor, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The first character of the next value or the next sign, white space skipped; 0 at the end of the text or after an error. */
char json_cursor_peek(struct json_cursor *cursor);

/* The next value is an object ('{') or an array ('['): goes in. json_cursor_next() goes to its first and then to each further
 * member or element; it returns false behind the last one, and after an error. */
struct json_items {
    char close;
    bool begun;
};
bool json_cursor_enter(struct json_cursor *cursor, char bracket, struct json_items *items);
bool json_cursor_next(struct json_cursor *cursor, struct json_items *items);
/* In an object: the name of the member, whose value is next. A name that does not fit is cut off. Lent until the next member of
 * this object. NULL after an error. */
const char *json_cursor_name(struct json_cursor *cursor);

/* The next value as jansson has it (its flags JSON_ALLOW_NUL and the like); NULL after an error. The caller releases it. */
json_t *json_cursor_value(struct json_cursor *cursor, size_t flags);
/* The bytes of the next value, without looking into it any more than it takes to find its end, and without going on. Lent until the
 * cursor moves. */
bool json_cursor_span(struct json_cursor *cursor, const char **text, size_t *size);
/* The value that was just read is not what it should be: as json_cursor_fail(), with the place where it begins. */
bool json_cursor_refuse(struct json_cursor *cursor, const char *expected);
/* Goes behind the span that was just looked at. */
void json_cursor_pass(struct json_cursor *cursor, size_t size);
/* Skips the next value, of which only the syntax is checked. */
bool json_cursor_skip(struct json_cursor *cursor);
/* There must be nothing more. */
bool json_cursor_end(struct json_cursor *cursor);

#endif
