/* SPDX-License-Identifier: MIT
 * The command line of `leakwatch limits`, parsed. The options themselves stand in limits_options.def. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_LIMITS_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_LIMITS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "option_types.h"

struct limits_options {
    pid_t pid;      /* the process to look at; 0: none */
    char **program; /* PROGRAM and its arguments, NULL-terminated, lent by the caller's argv; NULL: none */

    char *text; /* NULL: standard error; "-": standard output */
    char *json; /* NULL: none; "-": standard output */
    enum color color;
    int verbosity;        /* -1: quiet, 0, 1.. */
    uint64_t during_ns;   /* 0: one look */
    uint64_t interval_ns; /* between looks */
    char *root;           /* NULL: "/" */
    uint64_t request;     /* bytes; 0: none */
    unsigned warn_percent;
    enum audit audit;
    bool help, version;
};

/* Sets every option to its default. limits_options_finish() releases what later calls added. */
void limits_options_init(struct limits_options *options);
void limits_options_finish(struct limits_options *options);

/* Parses what stands behind the word `limits`, which is argv[0]. Returns NULL, or what is wrong, owned by the caller. */
char *limits_options_parse(struct limits_options *options, int argc, char **argv);

#endif
