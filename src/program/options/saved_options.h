/* SPDX-License-Identifier: MIT
 * The command lines of `leakwatch show` and `leakwatch diff`, which take saved reports, parsed. The options themselves stand in
 * show_options.def and diff_options.def. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_SAVED_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_SAVED_OPTIONS_H

struct options;

/* Both parse what stands behind the word of the command, which is argv[0]. They return NULL, or what is wrong, owned by the caller.
 */
char *show_options_parse(struct options *options, int argc, char **argv);
char *diff_options_parse(struct options *options, int argc, char **argv);

#endif
