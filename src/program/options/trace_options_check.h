/* SPDX-License-Identifier: MIT
 * Whether the options of `leakwatch trace` go together, and what follows from them. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTIONS_CHECK_H
#define LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTIONS_CHECK_H

struct trace_options;

/* To be called once, after the last word was parsed. Turns the numbers of letters into what they stand for, fills in the defaults
 * that depend on other options, and adds warnings. Returns NULL; or why the options exclude each other, owned by the caller. */
char *trace_options_check(struct trace_options *options);

#endif
