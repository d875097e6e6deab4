/* SPDX-License-Identifier: MIT
 * A process that the OOM killer ended, in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_OOM_H
#define LEAKWATCH_REPORT_JSON_JSON_OOM_H

#include "json_parts.h"

/* One more member of such a process, if it could be asked about. */
void json_oom(struct json_writer *writer, const struct report_process *process);

#endif
