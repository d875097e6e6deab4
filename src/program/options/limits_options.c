/* SPDX-License-Identifier: MIT */
#include "limits_options.h"

#include <limits.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "option_parser.h"
#include "option_value.h"

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct limits_options, member)},
#include "limits_options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&limits_option_table, actions};

void limits_options_init(struct limits_options *options)
{
    *options = (struct limits_options){.interval_ns = 100 * UINT64_C(1000000)};
}

void limits_options_finish(struct limits_options *options)
{
    free(options->text);
    free(options->json);
    free(options->root);
}

/* One word is a process; a program stands behind "--", so that none is taken for the other. */
static char *take_process(struct limits_options *options, int argc, char **argv)
{
    unsigned pid;

    if (option_value_number(argv[0], 1, INT_MAX, &pid) != 0)
        return xasprintf("limits: '%s' is not a process ID (a program: leakwatch limits -- %s)", argv[0], argv[0]);
    if (argc > 1)
        return xstrdup("limits: one process ID is wanted");
    options->pid = (pid_t)pid;
    return NULL;
}

static char *check(const struct limits_options *options)
{
    if (options->program && options->root)
        return xstrdup("--root is for what is saved, and no program runs there");
    if (options->program && options->during_ns)
        return xstrdup("--for is not for programs that leakwatch starts: they are looked at until they end");
    if (options->during_ns && options->root)
        return xstrdup("--for and --root exclude each other: what is saved does not change");
    return NULL;
}

char *limits_options_parse(struct limits_options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = option_parser_run(&grammar, options, argc, argv, &next, &terminated);

    if (error || options->help || options->version)
        return error;
    if (terminated && next == argc)
        return xstrdup("limits: no program given behind '--'");
    if (terminated)
        options->program = argv + next;
    else if (next < argc)
        error = take_process(options, argc - next, argv + next);
    return error ? error : check(options);
}
