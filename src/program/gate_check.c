/* SPDX-License-Identifier: MIT */
#include "gate_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/report_gate.h"
#include "model/report_model.h"
#include "program/options/options.h"

#define EXIT_STATUS_NOT_PASSED 1

/* Returns whether the report passes all. */
static bool pass_gates(const struct gate_list *gates, const struct report *report)
{
    size_t failed = 0;

    for (size_t i = 0; i < gates->count; i++) {
        char *reason = gate_check(&gates->items[i], report);
        if (reason)
            fprintf(stderr, "%s%s", failed++ == 0 ? "leakwatch: not passed: " : ", ", reason);
        free(reason);
    }
    if (failed > 0)
        fputc('\n', stderr);
    return failed == 0;
}

int gate_check_status(const struct options *options, const struct report *report)
{
    const int status = (int)options->error_exitcode;

    if (options->gates.count == 0)
        return report->error_count > 0 ? status : 0;
    if (pass_gates(&options->gates, report))
        return 0;
    return status != 0 ? status : EXIT_STATUS_NOT_PASSED;
}
