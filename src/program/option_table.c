/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <string.h>

#define OPTION(name, letter, argument, parser, member, group, help) {name, letter, argument, group, help},
static const struct option_row run_rows[] = {
#include "options.def"
};
static const struct option_row trace_rows[] = {
#include "trace_options.def"
};
static const struct option_row libs_rows[] = {
#include "libs_options.def"
};
static const struct option_row show_rows[] = {
#include "show_options.def"
};
static const struct option_row diff_rows[] = {
#include "diff_options.def"
};
static const struct option_row limits_rows[] = {
#include "limits_options.def"
};
#undef OPTION

const struct option_table run_option_table = {run_rows, sizeof run_rows / sizeof *run_rows};
const struct option_table trace_option_table = {trace_rows, sizeof trace_rows / sizeof *trace_rows};
const struct option_table show_option_table = {show_rows, sizeof show_rows / sizeof *show_rows};
const struct option_table diff_option_table = {diff_rows, sizeof diff_rows / sizeof *diff_rows};
const struct option_table libs_option_table = {libs_rows, sizeof libs_rows / sizeof *libs_rows};
const struct option_table limits_option_table = {limits_rows, sizeof limits_rows / sizeof *limits_rows};

enum option_argument option_row_argument(const struct option_row *row)
{
    if (row->argument == NULL)
        return OPTION_ARGUMENT_NONE;
    return *row->argument == '[' || strcmp(row->argument, "yes|no") == 0 ? OPTION_ARGUMENT_OPTIONAL : OPTION_ARGUMENT_REQUIRED;
}

#define NAME_MAX_COMPARED 32

/* The name in "--name=value", and its length. */
static const char *name_in(const char *word, size_t *length)
{
    word += strspn(word, "-");
    *length = strcspn(word, "=");
    return word;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein's distance: insertions, deletions and substitutions that turn `a` into `b`. */
static unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[NAME_MAX_COMPARED + 1];

    for (size_t j = 0; j <= b_length; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

/* How far the name of `length` bytes at `name` is from the row's; `far` if it is at least that. */
static unsigned distance_to(const struct option_row *row, const char *name, size_t length, unsigned far)
{
    size_t other = row->name ? strlen(row->name) : 0;

    return other == 0 || other > NAME_MAX_COMPARED ? far : edit_distance(name, length, row->name, other);
}

const char *option_table_nearest(const struct option_table *table, const char *word)
{
    size_t length;
    const char *name = name_in(word, &length);
    const char *nearest = NULL;

    if (length == 0 || length > NAME_MAX_COMPARED)
        return NULL;
    unsigned best = (unsigned)length / 3 + 1;
    for (size_t i = 0; i < table->count; i++) {
        unsigned distance = distance_to(&table->rows[i], name, length, best);
        if (distance < best) {
            best = distance;
            nearest = table->rows[i].name;
        }
    }
    return nearest;
}

bool option_table_is_ambiguous(const struct option_table *table, const char *word)
{
    size_t length, matches = 0;
    const char *name = name_in(word, &length);

    for (size_t i = 0; i < table->count; i++)
        matches += table->rows[i].name && strncmp(table->rows[i].name, name, length) == 0;
    return length > 0 && matches > 1;
}

size_t option_table_index(const struct option_table *table, const char *name)
{
    size_t index = 0;

    while (table->rows[index].name == NULL || strcmp(table->rows[index].name, name) != 0)
        index++;
    return index;
}
