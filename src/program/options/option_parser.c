/* SPDX-License-Identifier: MIT */
#include "option_parser.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "option_types.h"
#include "option_value.h"

/* What getopt_long() returns for row 0 of the table; letters are below. */
#define FIRST_LONG 256

char *option_parser_refuse(const struct option_row *row, const char *text, const char *expected)
{
    if (row->name)
        return xasprintf("option '--%s': '%s' is not %s", row->name, text, expected);
    return xasprintf("option '-%c': '%s' is not %s", row->letter, text, expected);
}

/* ---- Parsers for several tables ---- */

void text_list_add(struct text_list *list, const char *text)
{
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = xstrdup(text);
}

void text_list_finish(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}

char *parse_flag(const struct option_row *row, const char *text, void *member)
{
    *(bool *)member = true;
    return NULL;
}

char *parse_count(const struct option_row *row, const char *text, void *member)
{
    ++*(unsigned *)member;
    return NULL;
}

char *parse_time(const struct option_row *row, const char *text, void *member)
{
    uint64_t value;

    if (option_value_time(text, &value) != 0 || value == 0)
        return option_parser_refuse(row, text, "a time such as 100ms, 2s or 1m");
    *(uint64_t *)member = value;
    return NULL;
}

char *parse_quiet(const struct option_row *row, const char *text, void *member)
{
    *(int *)member = -1;
    return NULL;
}

char *parse_verbose(const struct option_row *row, const char *text, void *member)
{
    int *verbosity = member;

    *verbosity = *verbosity < 0 ? 1 : *verbosity + 1;
    return NULL;
}

char *parse_size(const struct option_row *row, const char *text, void *member)
{
    if (option_value_size(text, member) != 0)
        return option_parser_refuse(row, text, "a size such as 4096, 64K, 16M or 2G");
    return NULL;
}

char *parse_percent(const struct option_row *row, const char *text, void *member)
{
    if (option_value_percent(text, member) != 0)
        return option_parser_refuse(row, text, "a percentage from 1% to 100%");
    return NULL;
}

char *parse_text(const struct option_row *row, const char *text, void *member)
{
    char **value = member;

    if (*text == '\0')
        return option_parser_refuse(row, text, "a file name");
    free(*value);
    *value = xstrdup(text);
    return NULL;
}

char *parse_list(const struct option_row *row, const char *text, void *member)
{
    if (*text == '\0')
        return option_parser_refuse(row, text, "a file name");
    text_list_add(member, text);
    return NULL;
}

char *parse_choice(const struct option_row *row, const char *text, void *member)
{
    int index = option_value_choice(row->argument, text);

    if (index < 0)
        return option_parser_refuse(row, text, row->argument);
    *(unsigned *)member = (unsigned)index;
    return NULL;
}

char *parse_yes_no(const struct option_row *row, const char *text, void *member)
{
    int index = text ? option_value_choice(row->argument, text) : 0;

    if (index < 0)
        return option_parser_refuse(row, text, row->argument);
    *(bool *)member = index == 0;
    return NULL;
}

/* ---- getopt_long ---- */

static int argument_mode(const struct option_row *row)
{
    switch (option_row_argument(row)) {
    case OPTION_ARGUMENT_REQUIRED:
        return required_argument;
    case OPTION_ARGUMENT_OPTIONAL:
        return optional_argument;
    case OPTION_ARGUMENT_NONE:
        break;
    }
    return no_argument;
}

/* Fills in what getopt_long() wants. "+": the program's own options are not ours; ":": a missing argument is told apart. */
static void describe_options(const struct option_table *table, struct option *longs, char *letters)
{
    letters += sprintf(letters, "+:");
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        if (row->name)
            *longs++ = (struct option){row->name, argument_mode(row), NULL, FIRST_LONG + (int)i};
        if (row->letter)
            letters += sprintf(letters, "%c%s", row->letter, argument_mode(row) == required_argument ? ":" : "");
    }
    *longs = (struct option){0};
}

static const struct option_row *row_of(const struct option_table *table, int code, size_t *index)
{
    for (size_t i = 0; i < table->count; i++) {
        if (code == FIRST_LONG + (int)i || code == table->rows[i].letter) {
            *index = i;
            return &table->rows[i];
        }
    }
    return NULL;
}

/* Says what is wrong with the word at which getopt_long() stopped. */
static char *explain_bad_word(const struct option_table *table, int code, const char *word)
{
    size_t index;
    const struct option_row *row = optopt ? row_of(table, optopt, &index) : NULL;

    if (code == ':' && row)
        return xasprintf("option '%s' needs %s", word, row->argument);
    if (row)
        return xasprintf("option '--%s' takes no argument", row->name);
    if (optopt)
        return xasprintf("unknown option '-%c'", optopt);
    if (option_table_is_ambiguous(table, word))
        return xasprintf("option '%s' is ambiguous", word);
    const char *near = option_table_nearest(table, word);
    return near ? xasprintf("unknown option '%s' (did you mean '--%s'?)", word, near) : xasprintf("unknown option '%s'", word);
}

char *option_parser_apply(const struct option_grammar *grammar, size_t index, void *options, const char *text)
{
    const struct option_action *action = &grammar->actions[index];

    return action->parse(&grammar->table->rows[index], text, (char *)options + action->member);
}

static char *parse_code(const struct option_grammar *grammar, int code, const char *word, void *options)
{
    size_t index = 0;

    if (code == '?' || code == ':')
        return explain_bad_word(grammar->table, code, word);
    row_of(grammar->table, code, &index);
    return option_parser_apply(grammar, index, options, optarg);
}

char *option_parser_run(const struct option_grammar *grammar, void *options, int argc, char **argv, int *next, bool *terminated)
{
    struct option longs[grammar->table->count + 1];
    char letters[2 * grammar->table->count + 3];
    int before;

    describe_options(grammar->table, longs, letters);
    opterr = 0;
    optind = 0; /* glibc: start afresh */
    for (;;) {
        before = optind ? optind : 1;
        int code = getopt_long(argc, argv, letters, longs, NULL);
        if (code == -1)
            break;
        char *error = parse_code(grammar, code, argv[optind - 1], options);
        if (error)
            return error;
    }
    *terminated = optind > before;
    *next = optind;
    return NULL;
}
