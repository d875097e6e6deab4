/* SPDX-License-Identifier: MIT
 * The command line of `leakwatch libs`, parsed. The options themselves stand in libs_options.def. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_LIBS_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_LIBS_OPTIONS_H

#include "option_types.h"

struct libs_options {
    char **program; /* to be run, and its arguments, NULL-terminated; NULL: none, `files` are examined. Lent by the caller's argv */
    char **paths;   /* to be examined, NULL-terminated; likewise */
    bool recursive;
    char *root; /* NULL: the running system's */
    struct text_list environment;
    bool symbols, files;
    bool tree, all;
    char *text, *json; /* NULL: not asked for; "-": standard output */
    bool quiet;
    unsigned verbose;
    enum color color;
    bool help, version;
};

void libs_options_init(struct libs_options *options);
void libs_options_finish(struct libs_options *options);

/* argv[0] is the command. Returns NULL, or what is wrong, one line for people, owned by the caller. */
char *libs_options_parse(struct libs_options *options, int argc, char **argv);

#endif
