/* SPDX-License-Identifier: MIT
 *
 * The stack of a system call: who made it, with the names that the log has looked up. */
#ifndef LEAKWATCH_REPORT_CALLS_CALL_STACK_H
#define LEAKWATCH_REPORT_CALLS_CALL_STACK_H

#include "calls/system_call.h"
#include "report/encoding/text_buffer.h"

/* One line for each caller of `call`, innermost first, in the form of strace(1): > FILE(FUNCTION+0xOFFSET) [0xPLACE]. */
void call_stack_text(struct text_buffer *buffer, const struct system_call *call);
/* The same as a member "stack" of a JSON object. */
void call_stack_json(struct text_buffer *buffer, const struct system_call *call);

#endif
