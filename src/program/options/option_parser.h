/* SPDX-License-Identifier: MIT
 * Words into values, driven by a table of options. The tables are options.def, trace_options.def and limits_options.def; each has
 * one parser per line. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_PARSER_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "option_table.h"

/* Stores the value of `text` (NULL for an option without argument) in `member` of the options. Returns NULL, or what is wrong, one
 * line for people, owned by the caller. */
typedef char *option_parser(const struct option_row *row, const char *text, void *member);

struct option_action {
    option_parser *parse;
    size_t member; /* its offset */
};

/* A table, and what to do with each of its rows. */
struct option_grammar {
    const struct option_table *table;
    const struct option_action *actions;
};

/* Parses the options at the start of `argv` (argv[0] is skipped) into `options`. Stores the index of the first word that is none in
 * `*next`, and in `*terminated` whether a `--` stood before it. Returns NULL, or what is wrong, owned by the caller. Uses the
 * global state of getopt_long(3): one call at a time. */
char *option_parser_run(const struct option_grammar *grammar, void *options, int argc, char **argv, int *next, bool *terminated);

/* Does what the row of this index does with `text`; for options that are made of others. */
char *option_parser_apply(const struct option_grammar *grammar, size_t index, void *options, const char *text);

/* "option '--name': 'text' is not expected" */
char *option_parser_refuse(const struct option_row *row, const char *text, const char *expected);

/* ---- Parsers for several tables ---- */

option_parser parse_flag;    /* bool: true */
option_parser parse_count;   /* unsigned: how often it was given */
option_parser parse_text;    /* char *: a file name or the like, not empty */
option_parser parse_list;    /* struct text_list: one more */
option_parser parse_choice;  /* unsigned: the index among the words in the argument column */
option_parser parse_time;    /* uint64_t: nanoseconds, not 0 */
option_parser parse_size;    /* uint64_t: bytes, not 0 */
option_parser parse_percent; /* unsigned: 1 to 100 */
option_parser parse_quiet;   /* int: how much is said: -1 */
option_parser parse_verbose; /* the same: one more */
option_parser parse_yes_no;  /* bool; the argument may be left out: --option is --option=yes */

#endif
