/* SPDX-License-Identifier: MIT
 * The file of --baseline. */
#ifndef LEAKWATCH_PROGRAM_BASELINE_H
#define LEAKWATCH_PROGRAM_BASELINE_H

struct options;
struct report;

/* Reads the baseline, if the options name one; it need not be there yet if it is to be written. Returns 0, and the caller releases
 * it with report_finish(); or -errno after saying what is wrong. */
int baseline_load(const struct options *options, struct report *baseline);
/* Holds the report against it. */
void baseline_apply(const struct options *options, const struct report *baseline, struct report *report);
/* Writes the report there, as a whole or not at all. Returns as baseline_load() does. */
int baseline_save(const char *file, const struct report *report);

#endif
