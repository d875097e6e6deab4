/* SPDX-License-Identifier: MIT
 *
 * The formats of the report that run, attach and show write. A new one is a line in the table, a function in report/, and an
 * option. */
#ifndef LEAKWATCH_PROGRAM_RUN_FORMATS_H
#define LEAKWATCH_PROGRAM_RUN_FORMATS_H

#include <assert.h>

#include "run_reports.h"

enum { RUN_FORMATS = 15 };
static_assert(RUN_FORMATS <= RUN_REPORTS_MAX, "room for one report of each format");

/* The reports are struct report, the options struct options. */
extern const struct report_format run_formats[RUN_FORMATS];

#endif
