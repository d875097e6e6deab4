/* SPDX-License-Identifier: MIT
 *
 * Values of system calls as JSON, as trace-schema.json has them: a value of a kind has the same form wherever it stands, and no
 * string is like a value of another kind. */
#ifndef LEAKWATCH_REPORT_CALLS_VALUE_JSON_H
#define LEAKWATCH_REPORT_CALLS_VALUE_JSON_H

#include "calls/call_value.h"
#include "report/encoding/text_buffer.h"

void value_json_add(struct text_buffer *buffer, const struct value *value);
/* A descriptor. `constant`: what it is called, AT_FDCWD; `name`: what it refers to. Each may be NULL. */
void value_json_descriptor(struct text_buffer *buffer, int64_t number, const char *constant, const struct descriptor_name *name);
/* A process or thread. `name` may be NULL. */
void value_json_process(struct text_buffer *buffer, int64_t number, const char *name);

#endif
