/* SPDX-License-Identifier: MIT */
#include "compat_options.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "heap/leak_scan.h"
#include "option_parser.h"
#include "option_value.h"
#include "option_words.h"
#include "options.h"
#include "run_option_parsers.h"

#define COMPAT_OPTION  "--compat=valgrind"
#define COMPAT_NAME    "valgrind"
#define TOOL_PREFIX    "--memcheck:"
#define CALLERS_MAX    500
#define CALLERS        12
#define ALL_LEAK_KINDS (1U << LEAK_DEFINITE | 1U << LEAK_INDIRECT | 1U << LEAK_POSSIBLE | 1U << LEAK_REACHABLE)

/* ---- Parsers ---- */

static char *parse_compat_leak_check(const struct option_row *row, const char *text, void *member)
{
    static const enum leak_check checks[] = {LEAK_CHECK_NO, LEAK_CHECK_SUMMARY, LEAK_CHECK_FULL, LEAK_CHECK_FULL};
    int index = option_value_choice(row->argument, text);

    if (index < 0)
        return option_parser_refuse(row, text, row->argument);
    *(enum leak_check *)member = checks[index];
    return NULL;
}

/* Sets the kinds if the text is the word that changes them. */
static char *parse_change_of_kinds(const struct option_row *row, const char *text, void *member, bool when, unsigned kinds)
{
    bool value;
    char *error = parse_yes_no(row, text, &value);

    if (error == NULL && value == when)
        *(unsigned *)member = kinds;
    return error;
}

static char *parse_show_reachable(const struct option_row *row, const char *text, void *member)
{
    return parse_change_of_kinds(row, text, member, true, ALL_LEAK_KINDS);
}

static char *parse_show_possible(const struct option_row *row, const char *text, void *member)
{
    return parse_change_of_kinds(row, text, member, false, 1U << LEAK_DEFINITE);
}

static char *parse_compat_generate(const struct option_row *row, const char *text, void *member)
{
    int index = option_value_choice(row->argument, text);

    if (index < 0)
        return option_parser_refuse(row, text, row->argument);
    *(bool *)member = index > 0;
    return NULL;
}

/* More than leakwatch keeps are not refused: few stacks are that deep. */
static char *parse_compat_callers(const struct option_row *row, const char *text, void *member)
{
    unsigned callers;

    if (option_value_number(text, 1, CALLERS_MAX, &callers) != 0)
        return option_parser_refuse(row, text, "a number from 1 to 500");
    *(unsigned *)member = callers < OPTIONS_CALLERS_MAX ? callers : OPTIONS_CALLERS_MAX;
    return NULL;
}

static char *parse_compat_descriptor(const struct option_row *row, const char *text, void *member)
{
    char **path = member;
    unsigned number;

    if (option_value_number(text, 0, INT_MAX, &number) != 0)
        return option_parser_refuse(row, text, "the number of a descriptor");
    free(*path);
    *path = xasprintf("/dev/fd/%u", number);
    return NULL;
}

static char *parse_compat_tool(const struct option_row *row, const char *text, void *member)
{
    return strcmp(text, row->argument) == 0 ? NULL : xasprintf("there is no tool '%s' here: leakwatch is like memcheck only", text);
}

static char *parse_without_effect(const struct option_row *row, const char *text, void *member)
{
    if (row->argument && text) {
        const size_t nothing = strcspn(row->argument, "|");
        if (strlen(text) == nothing && strncmp(text, row->argument, nothing) == 0)
            return NULL;
    }
    char *words = text ? xasprintf("--%s=%s", row->name, text) : xasprintf("--%s", row->name);
    text_list_add(member, words);
    free(words);
    return NULL;
}

static char *parse_unneeded(const struct option_row *row, const char *text, void *member)
{
    return NULL;
}

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct options, member)},
#include "compat_options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&compat_option_table, actions};

/* ---- Words: each option is one, its value behind an equals sign ---- */

static char *refuse_word(const char *word)
{
    const char *near = word[1] == '-' ? option_table_nearest(&compat_option_table, word) : NULL;

    return near ? xasprintf("unknown option of valgrind: '%s' (did you mean '--%s'?)", word, near)
                : xasprintf("unknown option of valgrind: '%s'", word);
}

static char *parse_letter(struct options *options, const char *word)
{
    for (size_t i = 0; strlen(word) == 2 && i < compat_option_table.count; i++)
        if (compat_option_table.rows[i].letter == word[1])
            return option_parser_apply(&grammar, i, options, NULL);
    return refuse_word(word);
}

static char *parse_long(struct options *options, const char *word)
{
    const char *equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word - 2) : strlen(word + 2);

    for (size_t i = 0; i < compat_option_table.count; i++) {
        const struct option_row *row = &compat_option_table.rows[i];
        if (strncmp(row->name, word + 2, length) != 0 || row->name[length] != '\0')
            continue;
        if (row->argument && equals == NULL)
            return xasprintf("option '%s' needs =%s", word, row->argument);
        if (row->argument == NULL && equals)
            return xasprintf("option '--%s' takes no argument", row->name);
        return option_parser_apply(&grammar, i, options, equals ? equals + 1 : NULL);
    }
    return refuse_word(word);
}

/* Stores the index of the first word that is no option in `*next`. */
static char *parse_words(struct options *options, int argc, char **argv, int first, int *next)
{
    char *error = NULL;
    int i = first;

    for (; error == NULL && i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strncmp(argv[i], TOOL_PREFIX, strlen(TOOL_PREFIX)) == 0)
            error = parse_long(options, argv[i] + strlen(TOOL_PREFIX) - 2);
        else
            error = argv[i][1] == '-' ? parse_long(options, argv[i]) : parse_letter(options, argv[i]);
    }
    *next = i;
    return error;
}

/* ---- All together ---- */

bool compat_is_wanted(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

    if (argc > 0 && strcmp(slash ? slash + 1 : argv[0], COMPAT_NAME) == 0)
        return true;
    return argc > 1 && strcmp(argv[1], COMPAT_OPTION) == 0;
}

void compat_options_begin(struct options *options)
{
    options->compat.wanted = true;
    options->leak_check = LEAK_CHECK_SUMMARY;
    options->num_callers = CALLERS;
    options->trace_children = false;
    options->track_fds = TRACK_FDS_NO;
    options->track_free_stacks = true;
    options->warn_percent = 0;
    options->warn_within_ns = 0;
}

void compat_options_finish(struct compat_options *compat)
{
    free(compat->log);
    free(compat->xml_file);
    text_list_finish(&compat->ignored);
}

/* It takes the place of the text, and has none for a summary. */
static void settle_xml(struct options *options)
{
    struct compat_options *compat = &options->compat;

    free(options->xml);
    options->xml = compat->xml_file;
    compat->xml_file = NULL;
    free(compat->log);
    compat->log = NULL;
    if (options->leak_check == LEAK_CHECK_SUMMARY)
        options->leak_check = LEAK_CHECK_FULL;
}

/* What the options mean together. */
static char *settle(struct options *options)
{
    struct compat_options *compat = &options->compat;

    if (compat->xml && compat->xml_file == NULL)
        return xstrdup("--xml=yes needs --xml-file or --xml-fd");
    if (compat->xml)
        settle_xml(options);
    else if (compat->log == NULL)
        compat->log = xstrdup("/dev/stderr");
    if (options->leak_check != LEAK_CHECK_FULL)
        options->error_kinds = 0;
    options->forked_children = !compat->silent_children;
    return NULL;
}

char *compat_options_parse(struct options *options, int argc, char **argv)
{
    const int first = argc > 1 && strcmp(argv[1], COMPAT_OPTION) == 0 ? 2 : 1;
    int next;
    char *error = parse_words(options, argc, argv, first, &next);

    if (error || options->command != COMMAND_RUN)
        return error;
    if (next == argc)
        return xstrdup("no program given; try '--help'");
    options->program = argv + next;
    return settle(options);
}

static char *parse_extra_words(void *context, const struct option_words *words)
{
    struct options *options = context;
    int next;
    char *error = parse_words(options, words->count, words->words, 1, &next);

    if (error == NULL && next < words->count)
        error = xasprintf("'%s' is not an option", words->words[next]);
    if (error == NULL && options->command != COMMAND_RUN)
        error = xstrdup("--help and --version belong on the command line");
    return error;
}

int compat_options_parse_text(struct options *options, const char *text, const char *origin, char **error)
{
    return option_words_apply(text, origin, parse_extra_words, options, error);
}
