/* SPDX-License-Identifier: MIT
 * Names of output files in which a part is left open, so that several runs do not overwrite each other's. */
#ifndef LEAKWATCH_PROGRAM_OUTPUT_NAME_H
#define LEAKWATCH_PROGRAM_OUTPUT_NAME_H

/* The name with these replaced: %p by the process ID of leakwatch, %h by the name of the host, %q{VARIABLE} by that of the
 * environment (which must be set), %% by one %. Owned by the caller. NULL if something else follows a %, and stores what is wrong
 * in `*error`, owned by the caller. */
char *output_name_expand(const char *name, char **error);

#endif
