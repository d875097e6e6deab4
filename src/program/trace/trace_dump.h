/* SPDX-License-Identifier: MIT
 * What calls have read and written, as a whole: -e read=, -e write=. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_DUMP_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_DUMP_H

#include "base/memory_view.h"
#include "calls/system_call.h"
#include "report/encoding/text_buffer.h"

struct trace_options;

/* Adds lines with the data of a call that has returned, if it is wanted. */
void trace_dump_add(struct text_buffer *buffer, const struct trace_options *options, const struct memory_view *memory,
                    const struct system_call *call);

#endif
