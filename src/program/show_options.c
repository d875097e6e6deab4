/* SPDX-License-Identifier: MIT */
#include "show_options.h"

#include <stddef.h>

#include "options.h"
#include "run_option_parsers.h"
#include "xalloc.h"

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct options, member)},
#include "show_options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&show_option_table, actions};

/* Options may stand behind the report, too. */
char *show_options_parse(struct options *options, int argc, char **argv)
{
    options->command = COMMAND_SHOW;
    for (;;) {
        int next;
        bool terminated;
        char *error = option_parser_run(&grammar, options, argc, argv, &next, &terminated);
        if (error)
            return error;
        if (options->command == COMMAND_HELP)
            options->help_topic = xstrdup("show");
        if (options->command != COMMAND_SHOW)
            return NULL;
        if (next == argc)
            return options->saved ? NULL : xstrdup("show: no report given");
        if (options->saved)
            return xasprintf("show: one report is wanted, and '%s' is a second one", argv[next]);
        options->saved = argv[next];
        argc -= next;
        argv += next;
    }
}
