/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <string.h>

#include "near_name.h"

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
static const struct option_row compat_rows[] = {
#include "compat_options.def"
};
#undef OPTION

const struct option_table run_option_table = {run_rows, sizeof run_rows / sizeof *run_rows};
const struct option_table trace_option_table = {trace_rows, sizeof trace_rows / sizeof *trace_rows};
const struct option_table show_option_table = {show_rows, sizeof show_rows / sizeof *show_rows};
const struct option_table diff_option_table = {diff_rows, sizeof diff_rows / sizeof *diff_rows};
const struct option_table libs_option_table = {libs_rows, sizeof libs_rows / sizeof *libs_rows};
const struct option_table compat_option_table = {compat_rows, sizeof compat_rows / sizeof *compat_rows};
const struct option_table limits_option_table = {limits_rows, sizeof limits_rows / sizeof *limits_rows};

enum option_argument option_row_argument(const struct option_row *row)
{
    if (row->argument == NULL)
        return OPTION_ARGUMENT_NONE;
    return *row->argument == '[' || strcmp(row->argument, "yes|no") == 0 ? OPTION_ARGUMENT_OPTIONAL : OPTION_ARGUMENT_REQUIRED;
}

/* The name in "--name=value", and its length. */
static const char *name_in(const char *word, size_t *length)
{
    word += strspn(word, "-");
    *length = strcspn(word, "=");
    return word;
}

const char *option_table_nearest(const struct option_table *table, const char *word)
{
    struct near_name near;
    size_t length;
    const char *name = name_in(word, &length);

    near_name_begin(&near, name, length);
    for (size_t i = 0; i < table->count; i++)
        near_name_offer(&near, table->rows[i].name);
    return near.name;
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
