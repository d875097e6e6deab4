/* SPDX-License-Identifier: MIT */
#include "saved_options.h"

#include <stddef.h>
#include <string.h>

#include "base/xalloc.h"
#include "options.h"
#include "run_option_parsers.h"

#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct options, member)},
static const struct option_action show_actions[] = {
#include "show_options.def"
};
static const struct option_action diff_actions[] = {
#include "diff_options.def"
};
#undef OPTION
static const struct option_grammar show_grammar = {&show_option_table, show_actions};
static const struct option_grammar diff_grammar = {&diff_option_table, diff_actions};

/* Takes `count` reports; options may stand in front of them, between and behind. */
static char *parse(const struct option_grammar *grammar, struct options *options, int argc, char **argv, size_t count)
{
    const enum command command = options->command;
    const char *name = argv[0];
    size_t given = 0;

    for (;;) {
        int next;
        bool terminated;
        char *error = option_parser_run(grammar, options, argc, argv, &next, &terminated);
        if (error)
            return error;
        if (options->command == COMMAND_HELP)
            options->help_topic = xstrdup(name);
        if (options->command != command)
            return NULL;
        argc -= next;
        argv += next;
        if (argc == 0 && given == count)
            return NULL;
        if (argc == 0)
            return xasprintf("%s: %s given", name, count == 1 ? "no report" : "two reports are wanted, and fewer are");
        if (given == count)
            return xasprintf("%s: '%s' is one report too many", name, argv[0]);
        options->saved[given++] = argv[0];
    }
}

char *show_options_parse(struct options *options, int argc, char **argv)
{
    options->command = COMMAND_SHOW;
    return parse(&show_grammar, options, argc, argv, 1);
}

char *diff_options_parse(struct options *options, int argc, char **argv)
{
    options->command = COMMAND_DIFF;
    char *error = parse(&diff_grammar, options, argc, argv, 2);
    if (error == NULL && options->command == COMMAND_DIFF && strcmp(options->saved[0], "-") == 0 &&
        strcmp(options->saved[1], "-") == 0)
        error = xstrdup("diff: standard input cannot be both reports");
    return error;
}
