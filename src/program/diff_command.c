/* SPDX-License-Identifier: MIT */
#include "diff_command.h"

#include "model/report_diff.h"
#include "program/options/options.h"
#include "report/diff_report.h"
#include "exit_status.h"
#include "run_reports.h"
#include "saved_report.h"

#define EXIT_STATUS_WORSE 1

static int write_text(const void *compared, const struct report_view *view, FILE *stream)
{
    return diff_write_text(compared, view, stream);
}

static int write_json(const void *compared, const struct report_view *view, FILE *stream)
{
    return diff_write_json(compared, view, stream);
}

static const struct report_format formats[] = {
    {"text", offsetof(struct options, text), write_text, true},
    {"JSON", offsetof(struct options, json), write_json, false},
};

static int write_difference(const struct options *options, const struct compared_reports *compared)
{
    struct run_reports reports;

    if (run_reports_init_saved(&reports, formats, sizeof formats / sizeof *formats, options) != 0)
        return EXIT_STATUS_FAILED;
    int error = run_reports_write(&reports, compared);
    run_reports_finish(&reports);
    if (error)
        return EXIT_STATUS_FAILED;
    return report_diff_is_worse(compared->diff) ? EXIT_STATUS_WORSE : 0;
}

static int compare(const struct options *options, const struct report *before, const struct report *after)
{
    struct report_diff diff;
    const struct compared_reports compared = {.before_path = options->saved[0],
                                              .after_path = options->saved[1],
                                              .before = before,
                                              .after = after,
                                              .diff = &diff,
                                              .version = LEAKWATCH_VERSION};

    report_diff_make(before, after, options->error_kinds, &diff);
    int status = write_difference(options, &compared);
    report_diff_finish(&diff);
    return status;
}

int diff_command(const struct options *options)
{
    struct report before, after;
    int status = EXIT_STATUS_FAILED;

    if (saved_report_read(options->saved[0], &before) != 0)
        return EXIT_STATUS_FAILED;
    if (saved_report_read(options->saved[1], &after) == 0) {
        status = compare(options, &before, &after);
        report_finish(&after);
    }
    report_finish(&before);
    return status;
}
