/* SPDX-License-Identifier: MIT */
#include "name_pattern.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Repetitions of repetitions take regcomp() time without bound: four, one in the other, 0.1 ms, five 5 ms, six 2 s. */
enum { SIZE_LIMIT = 1000, DEPTH_MAX = 32, NESTED_MAX = 4 };

/* How large an expression is with its copies, and how many repetitions are one in the other. */
struct extent {
    size_t size;
    unsigned nested;
};

/* Of each group that is open, what stands in it already, and the last part of the innermost, which a repetition may still follow.
 */
struct measure {
    struct extent groups[DEPTH_MAX + 1], last;
    unsigned depth;
    bool exceeded;
};

static void end_part(struct measure *measure)
{
    struct extent *group = &measure->groups[measure->depth];

    group->size += measure->last.size;
    if (group->nested < measure->last.nested)
        group->nested = measure->last.nested;
    measure->last = (struct extent){0};
    measure->exceeded |= group->size > SIZE_LIMIT;
}

static void begin_part(struct measure *measure)
{
    end_part(measure);
    measure->last = (struct extent){.size = 1};
}

static void open_group(struct measure *measure)
{
    end_part(measure);
    if (measure->depth == DEPTH_MAX)
        measure->exceeded = true;
    else
        measure->groups[++measure->depth] = (struct extent){.size = 1};
}

static void close_group(struct measure *measure)
{
    end_part(measure);
    if (measure->depth > 0)
        measure->last = measure->groups[measure->depth--];
}

static void repeat(struct measure *measure, size_t times)
{
    measure->last.size *= times;
    measure->last.nested++;
    measure->exceeded |= measure->last.size > SIZE_LIMIT || measure->last.nested > NESTED_MAX;
}

/* Behind a bracket expression that begins at `at`; within it, [:class:] and the like may have brackets. */
static const char *skip_bracket(const char *at)
{
    at++;
    at += *at == '^';
    at += *at == ']';
    while (*at != '\0' && *at != ']') {
        const char kind = at[0] == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=') ? at[1] : '\0';
        const char *const end = kind ? strstr(at + 2, (const char[]){kind, ']', '\0'}) : NULL;
        at = end ? end + 2 : at + 1;
    }
    return *at == ']' ? at + 1 : at;
}

/* Behind an interval that begins at `at`. Stores the larger of its numbers; none counts as 0. */
static const char *read_interval(const char *at, size_t *largest)
{
    size_t number = 0;

    *largest = 0;
    for (at++; *at == ',' || (*at >= '0' && *at <= '9'); at++) {
        number = *at == ',' ? 0 : number * 10 + (size_t)(*at - '0');
        number = number > SIZE_LIMIT ? SIZE_LIMIT : number;
        *largest = number > *largest ? number : *largest;
    }
    return *at == '}' ? at + 1 : at;
}

/* Takes one element of the expression. Returns what is behind it. */
static const char *take(struct measure *measure, const char *at)
{
    size_t times;

    switch (*at) {
    case '*':
    case '?':
        repeat(measure, 1); /* without copies */
        return at + 1;
    case '+':
        repeat(measure, 2);
        return at + 1;
    case '{':
        at = read_interval(at, &times);
        repeat(measure, times + 1);
        return at;
    case '(':
        open_group(measure);
        return at + 1;
    case ')':
        close_group(measure);
        return at + 1;
    case '[':
        begin_part(measure);
        return skip_bracket(at);
    default:
        begin_part(measure);
        return at[0] == '\\' && at[1] != '\0' ? at + 2 : at + 1;
    }
}

/* Returns as name_pattern_compile(); mistakes of other kinds are regcomp()'s to find. */
static int check(const char *text)
{
    struct measure measure = {0};

    if (strnlen(text, SIZE_LIMIT + 1) > SIZE_LIMIT)
        return REG_ESIZE;
    for (const char *at = text; *at != '\0' && !measure.exceeded; at = take(&measure, at))
        if (at[0] == '\\' && at[1] >= '1' && at[1] <= '9')
            return REG_ESUBREG;
    while (measure.depth > 0)
        close_group(&measure);
    end_part(&measure);
    return measure.exceeded ? REG_ESIZE : 0;
}

int name_pattern_compile(regex_t *pattern, const char *text)
{
    const int error = check(text);

    return error ? error : regcomp(pattern, text, REG_EXTENDED | REG_NOSUB);
}
