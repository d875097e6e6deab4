/* SPDX-License-Identifier: MIT */
#include "libs_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "option_parser.h"
#include "trace_option_parsers.h"

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct libs_options, member)},
#include "libs_options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&libs_option_table, actions};

void libs_options_init(struct libs_options *options)
{
    *options = (struct libs_options){0};
}

void libs_options_finish(struct libs_options *options)
{
    text_list_finish(&options->environment);
    free(options->root);
    free(options->text);
    free(options->json);
}

static char *check(const struct libs_options *options)
{
    if (!options->program && !options->paths)
        return xstrdup("libs: no file given, and no program behind a --");
    if (options->program && options->root)
        return xstrdup("libs: --root is for files that are examined, not for a program that is run");
    if (options->program && options->recursive)
        return xstrdup("libs: --recursive is for files that are examined, not for a program that is run");
    if (options->files && !options->program)
        return xstrdup("libs: --files needs a program that is run: leakwatch libs --files -- PROGRAM");
    if (options->text && options->json && strcmp(options->text, "-") == 0 && strcmp(options->json, "-") == 0)
        return xstrdup("libs: text and JSON cannot both be written to standard output");
    return NULL;
}

char *libs_options_parse(struct libs_options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = option_parser_run(&grammar, options, argc, argv, &next, &terminated);

    if (error || options->help || options->version)
        return error;
    if (next < argc && terminated)
        options->program = argv + next;
    else if (next < argc)
        options->paths = argv + next;
    options->tree |= options->all;
    return check(options);
}
