/* SPDX-License-Identifier: MIT
 *
 * System calls as text, in the form that strace(1) has taught people. Text goes into a buffer: when it is written, and what stands
 * before it on its line, is for the log to know. */
#ifndef LEAKWATCH_REPORT_CALLS_CALL_TEXT_H
#define LEAKWATCH_REPORT_CALLS_CALL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "calls/system_call.h"
#include "calls/value_style.h"
#include "report/encoding/text_buffer.h"

/* How calls are written into a buffer that has it. */
struct call_text_style {
    enum const_style constants;
    enum string_hex strings;
    bool argument_names; /* NAME=VALUE */
    bool colors;
};

/* `name(argument, ...`, as far as the arguments have been decoded. If more will follow, ends in ", " (or the parenthesis). */
void call_text_entry(struct text_buffer *buffer, const struct system_call *call);
/* The arguments that were decoded after the first `shown`, and `)`. */
void call_text_rest(struct text_buffer *buffer, const struct system_call *call, size_t shown);
/* `= 3`, `= -1 ENOENT (No such file or directory)`, `= ?`. */
void call_text_result(struct text_buffer *buffer, const struct system_call *call);
/* One value. */
void call_text_value(struct text_buffer *buffer, const struct value *value);
/* The name of the call: "openat", "syscall_0x1d8". */
void call_text_name(struct text_buffer *buffer, const struct system_call *call);
/* The number that the parts of a VALUE_UNION stand for together. Returns false if it is not known. */
bool call_text_union_number(const struct value *value, uint64_t *number);
/* How many arguments have been decoded. */
size_t call_text_count(const struct system_call *call);

#endif
