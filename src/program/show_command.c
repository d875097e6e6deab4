/* SPDX-License-Identifier: MIT */
#include "show_command.h"

#include "model/report_model.h"
#include "program/options/options.h"
#include "exit_status.h"
#include "gate_check.h"
#include "run_reports.h"
#include "saved_report.h"

static int write_reports(const struct options *options, const struct report *report)
{
    struct run_reports reports;

    if (run_reports_init_show(&reports, options) != 0)
        return EXIT_STATUS_FAILED;
    int error = run_reports_write(&reports, report);
    run_reports_finish(&reports);
    if (error)
        return EXIT_STATUS_FAILED;
    return gate_check_status(options, report);
}

int show_command(const struct options *options)
{
    struct report report;

    if (saved_report_read(options->saved[0], &report) != 0)
        return EXIT_STATUS_FAILED;
    int status = write_reports(options, &report);
    report_finish(&report);
    return status;
}
