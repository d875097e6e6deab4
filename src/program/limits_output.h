/* SPDX-License-Identifier: MIT
 * Where the reports of `leakwatch limits` go. */
#ifndef LEAKWATCH_PROGRAM_LIMITS_OUTPUT_H
#define LEAKWATCH_PROGRAM_LIMITS_OUTPUT_H

#include "report_model.h"
#include "report_output.h"

struct limits_options;
struct limits_report;

enum { LIMITS_OUTPUTS_MAX = 2 };

struct limits_output {
    struct report_view view;
    struct limits_target {
        struct report_output output;
        const struct limits_format *format;
    } targets[LIMITS_OUTPUTS_MAX];
    size_t count;
};

/* Makes sure, before anything else is done, that the reports can be written. Returns 0; or -errno, after saying why. */
int limits_output_init(struct limits_output *output, const struct limits_options *options);
void limits_output_finish(struct limits_output *output);

/* Returns 0; or -errno of the first that could not be written, after saying so. */
int limits_output_write(const struct limits_output *output, const struct limits_report *report);

#endif
