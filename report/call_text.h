/* SPDX-License-Identifier: MIT
 *
 * System calls as text, in the form that strace(1) has taught people. Text goes into a buffer: when it is written, and what stands
 * before it on its line, is for the log to know. */
#ifndef LEAKWATCH_REPORT_CALL_TEXT_H
#define LEAKWATCH_REPORT_CALL_TEXT_H

#include <stddef.h>

#include "system_call.h"

struct text_buffer {
    char *text; /* NUL-terminated once something was added; owned by the buffer */
    size_t used, capacity;
};

void text_buffer_add(struct text_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_buffer_clear(struct text_buffer *buffer);
void text_buffer_finish(struct text_buffer *buffer);

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
/* How many arguments have been decoded. */
size_t call_text_count(const struct system_call *call);

#endif
