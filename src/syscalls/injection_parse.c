/* SPDX-License-Identifier: MIT
 *
 * The grammar of inject= and fault=. A parser of a part gets what stands behind its "=" and returns NULL, or what is wrong with it.
 */
#include "injection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errors.h"
#include "abi/signals.h"
#include "base/xalloc.h"
#include "time_value.h"

typedef const char *part_parser(const char *text, struct injection *injection);

static const char *parse_error(const char *text, struct injection *injection)
{
    char *end;

    if (*text >= '0' && *text <= '9') {
        unsigned long number = strtoul(text, &end, 10);
        if (*end != '\0' || number < 1 || number > ERROR_NUMBER_MAX)
            return "an error number is 1 to 4095";
        injection->error = (int)number;
    } else if ((injection->error = error_find(text)) < 0) {
        return "there is no such error";
    }
    return NULL;
}

static const char *parse_value(const char *text, struct injection *injection)
{
    char *end;

    errno = 0;
    injection->value = *text == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
    if (errno || end == text || *end != '\0' || strchr(" \t\n\v\f\r", *text))
        return "retval= needs a number";
    return NULL;
}

static const char *parse_signal(const char *text, struct injection *injection)
{
    injection->signal = signal_find(text);
    return injection->signal < 0 ? "there is no such signal" : NULL;
}

static const char *parse_instead(const char *text, struct injection *injection)
{
    const struct syscall_row *row;

    injection->instead = syscall_table_find(text);
    if (injection->instead < 0)
        return "there is no such system call to make instead";
    row = syscall_table_row((uint64_t)injection->instead);
    return row->classes & CLASS_PURE ? NULL : "only a call of the class %pure can be made instead";
}

static const char *parse_delay_enter(const char *text, struct injection *injection)
{
    return time_value_parse(text, &injection->delay_enter_ns) == 0 ? NULL : "a delay is a number with s, ms, us or ns";
}

static const char *parse_delay_exit(const char *text, struct injection *injection)
{
    return time_value_parse(text, &injection->delay_exit_ns) == 0 ? NULL : "a delay is a number with s, ms, us or ns";
}

/* ---- poke_enter=, poke_exit= ---- */

static int digit_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *place = digit ? strchr(digits, digit >= 'A' && digit <= 'F' ? digit + ('a' - 'A') : digit) : NULL;

    return place ? (int)(place - digits) : -1;
}

/* Pairs of hexadecimal digits into bytes. */
static const char *parse_bytes(const char *text, struct injection_poke *poke)
{
    size_t length = strlen(text);

    if (length == 0 || length % 2)
        return "the bytes to poke are pairs of hexadecimal digits";
    poke->bytes = xmalloc(length / 2);
    poke->size = length / 2;
    for (size_t i = 0; i < poke->size; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return "the bytes to poke are pairs of hexadecimal digits";
        poke->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return NULL;
}

static const char *parse_poke(const char *text, struct injection_pokes *pokes)
{
    if (strncmp(text, "@arg", 4) != 0 || text[4] < '1' || text[4] > '6' || text[5] != '=')
        return "a poke is @argN=BYTES, N from 1 to 6";
    unsigned argument = (unsigned)(text[4] - '1');
    for (size_t i = 0; i < pokes->count; i++)
        if (pokes->items[i].argument == argument)
            return "an argument can be poked only once";
    pokes->items = xreallocarray(pokes->items, pokes->count + 1, sizeof *pokes->items);
    struct injection_poke *poke = &pokes->items[pokes->count++];
    *poke = (struct injection_poke){.argument = argument};
    return parse_bytes(text + 6, poke);
}

static const char *parse_pokes(const char *text, struct injection_pokes *pokes)
{
    char *copy = xstrdup(text), *rest, *word = strtok_r(copy, ",", &rest);
    const char *error = word ? NULL : "a poke is @argN=BYTES, N from 1 to 6";

    for (; word && error == NULL; word = strtok_r(NULL, ",", &rest))
        error = parse_poke(word, pokes);
    free(copy);
    return error;
}

static const char *parse_poke_enter(const char *text, struct injection *injection)
{
    return parse_pokes(text, &injection->poke_enter);
}

static const char *parse_poke_exit(const char *text, struct injection *injection)
{
    return parse_pokes(text, &injection->poke_exit);
}

/* ---- when= ---- */

/* Reads a number from 1 to `most` at `*text` and moves behind it. */
static bool read_count(const char **text, unsigned most, unsigned *count)
{
    char *end;

    if (**text < '0' || **text > '9')
        return false;
    unsigned long number = strtoul(*text, &end, 10);
    if (number < 1 || number > most)
        return false;
    *count = (unsigned)number;
    *text = end;
    return true;
}

static const char *parse_when(const char *text, struct injection *injection)
{
    static const char wrong[] = "when= needs FIRST[..LAST][+[STEP]], numbers from 1 to 65535, LAST up to 65534 and not below FIRST";
    struct injection_when when = {.step = 1};

    if (!read_count(&text, INJECTION_WHEN_MAX, &when.first))
        return wrong;
    when.last = when.first;
    if (strncmp(text, "..", 2) == 0) {
        text += 2;
        if (!read_count(&text, INJECTION_WHEN_MAX - 1, &when.last) || when.last < when.first)
            return wrong;
    } else if (*text == '+') {
        when.last = INJECTION_NO_LAST;
    }
    if (*text == '+' && *++text != '\0' && !read_count(&text, INJECTION_WHEN_MAX, &when.step))
        return wrong;
    if (*text != '\0')
        return wrong;
    injection->when = when;
    return NULL;
}

/* ---- The expression ---- */

#define RETURNS (INJECT_ERROR | INJECT_VALUE)

static const struct part_row {
    const char *name;
    part_parser *parse;
    unsigned part;     /* 0: changes nothing by itself */
    unsigned excludes; /* what must not have been given before */
    bool in_fault;
} part_rows[] = {
    {"error", parse_error, INJECT_ERROR, RETURNS, true},
    {"retval", parse_value, INJECT_VALUE, RETURNS, false},
    {"signal", parse_signal, INJECT_SIGNAL, INJECT_SIGNAL, false},
    {"syscall", parse_instead, 0, 0, true},
    {"delay_enter", parse_delay_enter, INJECT_DELAY_ENTER, INJECT_DELAY_ENTER, false},
    {"delay_exit", parse_delay_exit, INJECT_DELAY_EXIT, INJECT_DELAY_EXIT, false},
    {"poke_enter", parse_poke_enter, INJECT_POKE_ENTER, INJECT_POKE_ENTER, false},
    {"poke_exit", parse_poke_exit, INJECT_POKE_EXIT, INJECT_POKE_EXIT, false},
    {"when", parse_when, 0, 0, true},
};

static const char *parse_part(char *word, enum injection_kind kind, struct injection *injection)
{
    char *equals = strchr(word, '=');

    if (equals == NULL)
        return "after the set come NAME=VALUE, separated by colons";
    *equals = '\0';
    for (size_t i = 0; i < sizeof part_rows / sizeof *part_rows; i++) {
        const struct part_row *row = &part_rows[i];
        if (strcmp(row->name, word) != 0 || (kind == INJECTION_FAULT && !row->in_fault))
            continue;
        if (injection->parts & row->excludes)
            return row->excludes == RETURNS ? "there can be only one error= or retval=" : "a part is given twice";
        injection->parts |= row->part;
        return row->parse(equals + 1, injection);
    }
    return kind == INJECTION_FAULT ? "fault= knows error=, syscall= and when= only" : "there is no such part";
}

static const char *parse_parts(char *words, enum injection_kind kind, struct injection *injection)
{
    char *rest;

    for (char *word = strtok_r(words, ":", &rest); word; word = strtok_r(NULL, ":", &rest)) {
        const char *error = parse_part(word, kind, injection);
        if (error)
            return error;
    }
    if (kind == INJECTION_FAULT && !(injection->parts & INJECT_ERROR)) {
        injection->parts |= INJECT_ERROR;
        injection->error = ENOSYS;
    }
    if (injection->parts == 0)
        return "needs error=, retval=, signal=, delay_enter=, delay_exit=, poke_enter= or poke_exit=";
    return injection->instead >= 0 && !(injection->parts & RETURNS) ? "syscall= needs error= or retval=" : NULL;
}

char *injection_parse(const char *text, enum injection_kind kind, struct injection *injection)
{
    struct injection result = {.instead = -1, .when = {.first = 1, .last = INJECTION_NO_LAST, .step = 1}};
    char *copy = xstrdup(text);
    char *colon = strchr(copy, ':');
    char *message = NULL;

    if (colon)
        *colon = '\0';
    message = call_set_parse(copy, &result.calls);
    if (message == NULL) {
        const char *reason = parse_parts(colon ? colon + 1 : strchr(copy, '\0'), kind, &result);
        if (reason)
            message = xasprintf("invalid %s argument '%s': %s", kind == INJECTION_FAULT ? "fault" : "inject", text, reason);
    }
    free(copy);
    if (message)
        injection_finish(&result);
    else
        *injection = result;
    return message;
}
