/* SPDX-License-Identifier: MIT */
#include "baseline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/report_baseline.h"
#include "model/report_model.h"
#include "program/options/options.h"
#include "report/report.h"
#include "report_output.h"
#include "saved_report.h"

/* Now, and not when the program has run for hours, is the time to say that the file cannot be written. */
static int try_to_write(const char *file)
{
    struct report_output output;
    int error = report_output_init(&output, file);

    if (error)
        fprintf(stderr, "leakwatch: the baseline cannot be written to %s: %s\n", file, strerror(-error));
    else
        report_output_finish(&output);
    return error;
}

int baseline_load(const struct options *options, struct report *baseline)
{
    *baseline = (struct report){0};
    if (options->baseline == NULL)
        return 0;
    int error = options->update_baseline ? try_to_write(options->baseline) : 0;
    if (error || (options->update_baseline && access(options->baseline, F_OK) != 0 && errno == ENOENT))
        return error;
    return saved_report_read(options->baseline, baseline);
}

void baseline_apply(const struct options *options, const struct report *baseline, struct report *report)
{
    report_baseline_apply(report, baseline, options->baseline, options->error_kinds);
    if (options->update_baseline)
        report_baseline_accept(report);
}

static int write_json(void *context, FILE *stream)
{
    static const struct report_view view = {0};

    return report_write_json(context, &view, stream);
}

int baseline_save(const char *file, const struct report *report)
{
    struct report_output output;
    int error = report_output_init(&output, file);

    if (error == 0) {
        error = report_output_write(&output, write_json, (void *)report);
        report_output_finish(&output);
    }
    if (error)
        fprintf(stderr, "leakwatch: the baseline could not be written to %s: %s\n", file, strerror(-error));
    return error;
}
