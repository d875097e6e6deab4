/* SPDX-License-Identifier: MIT
 *
 * System calls as JSON, as trace-schema.json has them. */
#ifndef LEAKWATCH_REPORT_CALLS_CALL_JSON_H
#define LEAKWATCH_REPORT_CALLS_CALL_JSON_H

#include "calls/system_call.h"
#include "report/encoding/text_buffer.h"

/* Members of an object that has been begun: what the call is, its arguments, and what came of it. */
void call_json_members(struct text_buffer *buffer, const struct system_call *call);

#endif
