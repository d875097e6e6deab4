/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_table.h"
#include "heap/leak_scan.h"
#include "option_table.h"
#include "option_value.h"
#include "xalloc.h"

/* What getopt_long() returns for row 0 of the table; letters are below. */
#define FIRST_LONG 256

/* A parser stores the value of `text` (NULL for an option without argument) in `member`. Returns NULL, or what was expected. */
typedef const char *option_parser(const struct option_row *row, const char *text, void *member);

static const char *parse_text(const struct option_row *row, const char *text, void *member)
{
    char **value = member;

    if (*text == '\0')
        return "a file name";
    free(*value);
    *value = xstrdup(text);
    return NULL;
}

static const char *parse_list(const struct option_row *row, const char *text, void *member)
{
    struct text_list *list = member;

    if (*text == '\0')
        return "a file name";
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = xstrdup(text);
    return NULL;
}

static const char *parse_choice(const struct option_row *row, const char *text, void *member)
{
    int index = option_value_choice(row->argument, text);

    if (index < 0)
        return row->argument;
    *(unsigned *)member = (unsigned)index;
    return NULL;
}

/* The argument may be left out: --gen-suppressions is --gen-suppressions=yes. */
static const char *parse_yes_no(const struct option_row *row, const char *text, void *member)
{
    int index = text ? option_value_choice(row->argument, text) : 0;

    if (index < 0)
        return row->argument;
    *(bool *)member = index == 0;
    return NULL;
}

static const char *parse_kinds(const struct option_row *row, const char *text, void *member)
{
    return option_value_kinds(text, member) == 0 ? NULL : "a list of definite, indirect, possible, reachable; or all, or none";
}

static const char *parse_status(const struct option_row *row, const char *text, void *member)
{
    return option_value_number(text, 0, 255, member) == 0 ? NULL : "a number from 0 to 255";
}

static const char *parse_callers(const struct option_row *row, const char *text, void *member)
{
    return option_value_number(text, 1, OPTIONS_CALLERS_MAX, member) == 0 ? NULL : "a number from 1 to 128";
}

static const char *parse_time(const struct option_row *row, const char *text, void *member)
{
    uint64_t value;

    if (option_value_time(text, &value) != 0 || value == 0)
        return "a time such as 100ms, 2s or 1m";
    *(uint64_t *)member = value;
    return NULL;
}

static const char *parse_quiet(const struct option_row *row, const char *text, void *member)
{
    *(int *)member = -1;
    return NULL;
}

static const char *parse_verbose(const struct option_row *row, const char *text, void *member)
{
    int *verbosity = member;

    *verbosity = *verbosity < 0 ? 1 : *verbosity + 1;
    return NULL;
}

static const char *parse_help(const struct option_row *row, const char *text, void *member)
{
    *(enum command *)member = COMMAND_HELP;
    return NULL;
}

static const char *parse_version(const struct option_row *row, const char *text, void *member)
{
    *(enum command *)member = COMMAND_VERSION;
    return NULL;
}

static const struct {
    option_parser *parse;
    size_t member;
} actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct options, member)},
#include "options.def"
#undef OPTION
};

void options_init(struct options *options)
{
    unsigned leaks = 1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE;

    *options = (struct options){
        .leak_check = LEAK_CHECK_FULL,
        .show_kinds = leaks,
        .error_kinds = leaks,
        .default_suppressions = true,
        .num_callers = 30,
        .trace_children = true,
        .interval_ns = 100 * UINT64_C(1000000),
    };
}

void options_finish(struct options *options)
{
    for (size_t i = 0; i < options->suppressions.count; i++)
        free(options->suppressions.items[i]);
    free(options->suppressions.items);
    free(options->text);
    free(options->json);
    free(options->help_topic);
}

/* ---- getopt_long ---- */

static int argument_mode(size_t row)
{
    if (option_table[row].argument == NULL)
        return no_argument;
    return actions[row].parse == parse_yes_no ? optional_argument : required_argument;
}

/* Fills in what getopt_long() wants. "+": the program's own options are not ours; ":": a missing argument is told apart. */
static void describe_options(struct option *longs, char *letters)
{
    letters += sprintf(letters, "+:");
    for (size_t i = 0; i < option_count; i++) {
        longs[i] = (struct option){option_table[i].name, argument_mode(i), NULL, FIRST_LONG + (int)i};
        if (option_table[i].letter)
            letters += sprintf(letters, "%c%s", option_table[i].letter, option_table[i].argument ? ":" : "");
    }
    longs[option_count] = (struct option){0};
}

static const struct option_row *row_of(int code, size_t *index)
{
    for (size_t i = 0; i < option_count; i++) {
        if (code == FIRST_LONG + (int)i || code == option_table[i].letter) {
            *index = i;
            return &option_table[i];
        }
    }
    return NULL;
}

/* Says what is wrong with the word at which getopt_long() stopped. */
static char *explain_bad_word(int code, const char *word)
{
    size_t index;
    const struct option_row *row = optopt ? row_of(optopt, &index) : NULL;

    if (code == ':' && row)
        return xasprintf("option '%s' needs %s", word, row->argument);
    if (row)
        return xasprintf("option '--%s' takes no argument", row->name);
    if (optopt)
        return xasprintf("unknown option '-%c'", optopt);
    if (option_table_is_ambiguous(word))
        return xasprintf("option '%s' is ambiguous", word);
    const char *near = option_table_nearest(word);
    return near ? xasprintf("unknown option '%s' (did you mean '--%s'?)", word, near) : xasprintf("unknown option '%s'", word);
}

static char *apply_option(struct options *options, int code)
{
    size_t index = 0;
    const struct option_row *row = row_of(code, &index);
    const char *expected = actions[index].parse(row, optarg, (char *)options + actions[index].member);

    return expected ? xasprintf("option '--%s': '%s' is not %s", row->name, optarg, expected) : NULL;
}

/* Parses the options at the start of `argv` (argv[0] is skipped). Stores the index of the first word that is none in `*next`, and
 * in
 * `*terminated` whether a `--` stood before it. Returns NULL or a message. */
static char *parse_words(struct options *options, int argc, char **argv, int *next, bool *terminated)
{
    struct option longs[option_count + 1];
    char letters[2 * option_count + 3];
    int before;

    describe_options(longs, letters);
    opterr = 0;
    optind = 0; /* glibc: start afresh */
    for (;;) {
        before = optind ? optind : 1;
        int code = getopt_long(argc, argv, letters, longs, NULL);
        if (code == -1)
            break;
        char *error = code == '?' || code == ':' ? explain_bad_word(code, argv[optind - 1]) : apply_option(options, code);
        if (error)
            return error;
    }
    *terminated = optind > before;
    *next = optind;
    return NULL;
}

/* ---- Commands ---- */

static char *parse_help_topic(struct options *options, int argc, char **argv)
{
    options->command = COMMAND_HELP;
    if (argc == 0)
        return NULL;
    const struct command_row *topic = command_table_find(argv[0]);
    if (topic == NULL)
        return xasprintf("there is no command '%s' to help with", argv[0]);
    if (!topic->available)
        return xasprintf("command '%s' is not in this version", argv[0]);
    options->help_topic = xstrdup(argv[0]);
    return NULL;
}

/* `word` stands where a command may stand. */
static char *refuse_reserved(const char *word)
{
    return xasprintf("command '%s' is not in this version (a program of that name: leakwatch -- %s)", word, word);
}

static char *parse_command_line(struct options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = parse_words(options, argc, argv, &next, &terminated);

    if (error || options->command != COMMAND_RUN)
        return error;
    const struct command_row *command = terminated || next == argc ? NULL : command_table_find(argv[next]);
    if (command && !command->available)
        return refuse_reserved(argv[next]);
    if (command && strcmp(command->name, "help") == 0)
        return parse_help_topic(options, argc - next - 1, argv + next + 1);
    if (command && strcmp(command->name, "trace") == 0) { /* it has options of its own */
        options->command = COMMAND_TRACE;
        options->program = argv + next;
        return NULL;
    }
    if (command) { /* run: the options go on after it, and the next word is the program, whatever its name */
        argc -= next;
        argv += next;
        error = parse_words(options, argc, argv, &next, &terminated);
        if (error || options->command != COMMAND_RUN)
            return error;
    }
    if (next == argc)
        return xstrdup("no program given; try 'leakwatch --help'");
    options->program = argv + next;
    return NULL;
}

int options_parse(struct options *options, int argc, char **argv, char **error)
{
    if (argc < 1) { /* execve() with an empty argv */
        *error = xstrdup("no program given");
        return -EINVAL;
    }
    *error = parse_command_line(options, argc, argv);
    return *error ? -EINVAL : 0;
}

/* ---- Words from files and the environment ---- */

/* Splits `text`, which is changed, into words. The array is NULL-terminated and has a first word "leakwatch" as argv does. */
static char **split_words(char *text, int *count)
{
    static char name[] = "leakwatch";
    size_t capacity = 0, used = 0;
    char **words = xgrow(NULL, &capacity, 2, sizeof *words);

    words[used++] = name;
    for (;;) {
        text += strspn(text, " \t\r\n\v\f");
        if (*text == '\0')
            break;
        if (*text == '#') {
            text += strcspn(text, "\n");
            continue;
        }
        words = xgrow(words, &capacity, used + 2, sizeof *words);
        words[used++] = text;
        text += strcspn(text, " \t\r\n\v\f");
        if (*text != '\0')
            *text++ = '\0';
    }
    words[used] = NULL;
    *count = (int)used;
    return words;
}

int options_parse_text(struct options *options, const char *text, const char *origin, char **error)
{
    char *copy = xstrdup(text);
    int count, next;
    bool terminated;
    char **words = split_words(copy, &count);
    char *message = parse_words(options, count, words, &next, &terminated);

    if (message == NULL && next < count)
        message = xasprintf("'%s' is not an option", words[next]);
    if (message == NULL && options->command != COMMAND_RUN)
        message = xstrdup("--help and --version belong on the command line");
    *error = message ? xasprintf("%s: %s", origin, message) : NULL;
    free(message);
    free(words);
    free(copy);
    return *error ? -EINVAL : 0;
}
