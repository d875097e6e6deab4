/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "suppression.h"

#define ALL_KINDS (1u << LEAK_DEFINITE | 1u << LEAK_INDIRECT | 1u << LEAK_POSSIBLE | 1u << LEAK_REACHABLE)

struct reader {
    struct suppression_list *list;
    const char *origin;
    const char *at, *end; /* what is not yet read */
    unsigned line_number;
    const char *line_start;
    const char *line; /* the line last read, without surrounding blanks */
    size_t length;
    char **error;
};

void suppression_finish(struct suppression *suppression)
{
    free(suppression->name);
    free(suppression->file);
    for (size_t i = 0; i < suppression->pattern_count; i++)
        free(suppression->patterns[i].text);
    free(suppression->patterns);
}

/* Complains about the character at `at` of the line last read. */
static int fail(struct reader *reader, const char *at, const char *what)
{
    unsigned column = (unsigned)(at - reader->line_start) + 1;

    *reader->error = xasprintf("%s:%u:%u: %s", reader->origin, reader->line_number, column, what);
    return -EINVAL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The next line that is neither blank nor a comment; false at the end. */
static bool next_line(struct reader *reader)
{
    while (reader->at < reader->end) {
        const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
        const char *stop = newline ? newline : reader->end;
        reader->line_start = reader->line = reader->at;
        reader->line_number++;
        reader->at = newline ? newline + 1 : reader->end;
        while (reader->line < stop && is_blank(*reader->line))
            reader->line++;
        while (stop > reader->line && is_blank(stop[-1]))
            stop--;
        reader->length = (size_t)(stop - reader->line);
        if (reader->length > 0 && reader->line[0] != '#')
            return true;
    }
    reader->line_start = reader->line = reader->end;
    reader->length = 0;
    return false;
}

static bool line_is(const struct reader *reader, const char *text)
{
    return reader->length == strlen(text) && memcmp(reader->line, text, reader->length) == 0;
}

static bool line_starts(const struct reader *reader, const char *text)
{
    size_t length = strlen(text);
    return reader->length >= length && memcmp(reader->line, text, length) == 0;
}

/* ---- valgrind's grammar ---- */

static void add_pattern(struct suppression *suppression, enum pattern_kind kind, char *text)
{
    suppression->patterns = xreallocarray(suppression->patterns, suppression->pattern_count + 1, sizeof *suppression->patterns);
    suppression->patterns[suppression->pattern_count++] = (struct frame_pattern){.kind = kind, .text = text};
}

/* "src:FILE:LINE": takes the line off the text. */
static void split_source_line(struct frame_pattern *pattern)
{
    char *colon = strrchr(pattern->text, ':'), *end;

    if (colon == NULL || colon[1] < '0' || colon[1] > '9')
        return;
    unsigned long line = strtoul(colon + 1, &end, 10);
    if (*end != '\0' || line > UINT32_MAX)
        return;
    pattern->line = (unsigned)line;
    *colon = '\0';
}

static int parse_frame(struct reader *reader, struct suppression *suppression)
{
    static const struct {
        const char *start;
        enum pattern_kind kind;
    } locations[] = {{"fun:", PATTERN_FUNCTION}, {"obj:", PATTERN_OBJECT}, {"src:", PATTERN_SOURCE}};

    if (line_is(reader, "...")) {
        add_pattern(suppression, PATTERN_ANY_FRAMES, NULL);
        return 0;
    }
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        size_t skip = strlen(locations[i].start);
        if (!line_starts(reader, locations[i].start))
            continue;
        if (reader->length == skip)
            return fail(reader, reader->line + skip, "a name is missing");
        add_pattern(suppression, locations[i].kind, xstrndup(reader->line + skip, reader->length - skip));
        if (locations[i].kind == PATTERN_SOURCE)
            split_source_line(&suppression->patterns[suppression->pattern_count - 1]);
        return 0;
    }
    return fail(reader, reader->line, "expected 'fun:', 'obj:', 'src:', '...' or '}'");
}

static int parse_kinds(struct reader *reader, size_t skip, unsigned *kinds)
{
    static const struct {
        const char *name;
        unsigned kinds;
    } sets[] = {{"definite", 1u << LEAK_DEFINITE},
                {"indirect", 1u << LEAK_INDIRECT},
                {"possible", 1u << LEAK_POSSIBLE},
                {"reachable", 1u << LEAK_REACHABLE},
                {"all", ALL_KINDS},
                {"none", 0}};
    const char *word = reader->line + skip, *end = reader->line + reader->length;

    *kinds = 0;
    for (;;) {
        while (word < end && is_blank(*word))
            word++;
        const char *comma = memchr(word, ',', (size_t)(end - word));
        const char *stop = comma ? comma : end;
        size_t length = (size_t)(stop - word), i = 0;
        while (length > 0 && is_blank(word[length - 1]))
            length--;
        while (i < sizeof sets / sizeof *sets && (strlen(sets[i].name) != length || memcmp(sets[i].name, word, length) != 0))
            i++;
        if (i == sizeof sets / sizeof *sets)
            return fail(reader, word, "expected definite, indirect, possible, reachable, all or none");
        *kinds |= sets[i].kinds;
        if (comma == NULL)
            return 0;
        word = comma + 1;
    }
}

/* "Tool,Tool:Kind": is it about leaks as memcheck finds them? */
static int parse_tools(struct reader *reader, bool *for_us)
{
    const char *colon = memchr(reader->line, ':', reader->length);

    if (colon == NULL)
        return fail(reader, reader->line, "expected TOOL:KIND, for instance Memcheck:Leak");
    size_t kind_length = reader->length - (size_t)(colon + 1 - reader->line);
    bool leak = kind_length == 4 && memcmp(colon + 1, "Leak", 4) == 0;
    *for_us = false;
    for (const char *tool = reader->line; tool <= colon;) {
        const char *comma = memchr(tool, ',', (size_t)(colon - tool));
        size_t length = (size_t)((comma ? comma : colon) - tool);
        if (leak && length == 8 && memcmp(tool, "Memcheck", 8) == 0)
            *for_us = true;
        tool += length + 1;
    }
    return 0;
}

/* The frames of a block, up to its end. */
static int parse_frames(struct reader *reader, struct suppression *suppression)
{
    while (next_line(reader)) {
        int error = 0;
        if (line_is(reader, "}") && suppression->pattern_count == 0)
            return fail(reader, reader->line, "no frame is named: this would match everything");
        if (line_is(reader, "}"))
            return 0;
        if (line_starts(reader, "match-leak-kinds:") && suppression->pattern_count == 0)
            error = parse_kinds(reader, strlen("match-leak-kinds:"), &suppression->kinds);
        else
            error = parse_frame(reader, suppression);
        if (error)
            return error;
    }
    return fail(reader, reader->line, "the file ends within a suppression: '}' is missing");
}

static int skip_block(struct reader *reader)
{
    while (next_line(reader))
        if (line_is(reader, "}"))
            return 0;
    return fail(reader, reader->line, "the file ends within a suppression: '}' is missing");
}

static int parse_block(struct reader *reader, struct suppression *suppression)
{
    bool for_us = false;

    if (!line_is(reader, "{"))
        return fail(reader, reader->line, "expected '{' alone on its line");
    suppression->line = reader->line_number;
    if (!next_line(reader) || line_is(reader, "}"))
        return fail(reader, reader->line, "expected the name of the suppression");
    suppression->name = xstrndup(reader->line, reader->length);
    if (!next_line(reader) || line_is(reader, "}"))
        return fail(reader, reader->line, "expected TOOL:KIND, for instance Memcheck:Leak");
    int error = parse_tools(reader, &for_us);
    if (error)
        return error;
    return for_us ? parse_frames(reader, suppression) : skip_block(reader);
}

/* ---- LeakSanitizer's grammar ---- */

static int parse_sanitizer_line(struct reader *reader, struct suppression *suppression)
{
    const char *colon = memchr(reader->line, ':', reader->length);

    if (colon == NULL)
        return fail(reader, reader->line, "expected '{' or KIND:PATTERN, for instance leak:PATTERN");
    if (!line_starts(reader, "leak:"))
        return 0;
    if (reader->length == 5)
        return fail(reader, colon + 1, "a pattern is missing: this would match everything");
    suppression->line = reader->line_number;
    suppression->name = xstrndup(reader->line, reader->length);
    add_pattern(suppression, PATTERN_TEMPLATE, xstrndup(colon + 1, reader->length - 5));
    return 0;
}

/* ---- Both ---- */

static int parse_all(struct reader *reader)
{
    if (!next_line(reader))
        return 0;
    bool braces = reader->line[0] == '{';
    do {
        struct suppression suppression = {.kinds = ALL_KINDS};
        int error = braces ? parse_block(reader, &suppression) : parse_sanitizer_line(reader, &suppression);
        if (error || suppression.pattern_count == 0) {
            suppression_finish(&suppression);
        } else {
            struct suppression_list *list = reader->list;
            suppression.file = xstrdup(reader->origin);
            list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
            list->items[list->count++] = suppression;
        }
        if (error)
            return error;
    } while (next_line(reader));
    return 0;
}

int suppression_parse(struct suppression_list *list, const char *text, size_t size, const char *origin, char **error)
{
    struct reader reader = {.list = list, .origin = origin, .at = text, .end = text + size, .error = error};
    size_t before = list->count;

    *error = NULL;
    int result = parse_all(&reader);
    while (result != 0 && list->count > before)
        suppression_finish(&list->items[--list->count]);
    return result;
}
