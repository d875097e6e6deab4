/* SPDX-License-Identifier: MIT
 *
 * `leakwatch --compat=valgrind`, or leakwatch under the name `valgrind`: a command line of valgrind's memcheck. The options stand
 * in compat_options.def. What they ask for is stored where the options of `leakwatch run` store it, as far as leakwatch has it,
 * too. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_COMPAT_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_COMPAT_OPTIONS_H

#include <stdbool.h>

#include "option_types.h"

struct options;

/* The version whose options and forms these are: programs that ask for it look for features. */
#define COMPAT_VERSION "3.19.0"

struct compat_options {
    bool wanted;
    bool xml;                 /* XML in place of the text */
    char *xml_file;           /* where to, a pattern of output_name.h; NULL: not said */
    char *log;                /* where the text goes, likewise; NULL: nowhere */
    bool below_main;          /* stacks do not end there */
    bool silent_children;     /* of those that execute no other program nothing is told */
    struct text_list ignored; /* what was asked for in vain, "--track-origins=yes" */
};

/* Whether a command line is one of valgrind's: it begins with that name, or with --compat=valgrind. */
bool compat_is_wanted(int argc, char **argv);

/* Sets valgrind's defaults, over those of options_init(). */
void compat_options_begin(struct options *options);

void compat_options_finish(struct compat_options *compat);

/* Parses a command line for which compat_is_wanted(). Returns NULL, or what is wrong, one line for people, owned by the caller. */
char *compat_options_parse(struct options *options, int argc, char **argv);

/* Parses words from elsewhere than the command line, as options_parse_text() does. */
int compat_options_parse_text(struct options *options, const char *text, const char *origin, char **error);

#endif
