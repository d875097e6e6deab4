/* SPDX-License-Identifier: MIT
 * Who points at the blocks that were asked about, as JSON. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_POINTERS_H
#define LEAKWATCH_REPORT_JSON_JSON_POINTERS_H

#include "json_parts.h"

/* One more member of a process; nothing if nobody asked. */
void json_pointers(struct json_writer *writer, const struct report_process *process);

#endif
