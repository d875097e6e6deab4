/* SPDX-License-Identifier: MIT
 * The command line of `leakwatch show`, parsed. The options themselves stand in show_options.def. */
#ifndef LEAKWATCH_PROGRAM_SHOW_OPTIONS_H
#define LEAKWATCH_PROGRAM_SHOW_OPTIONS_H

struct options;

/* Parses what stands behind the word `show`, which is argv[0]. Returns NULL, or what is wrong, owned by the caller. */
char *show_options_parse(struct options *options, int argc, char **argv);

#endif
