/* SPDX-License-Identifier: MIT
 * Stacks in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_STACK_H
#define LEAKWATCH_REPORT_TEXT_TEXT_STACK_H

#include "text_style.h"

/* One line for each frame, `indent` columns in. */
void text_stack(const struct text_writer *writer, const struct report_stack *stack, int indent);
/* "function (file:line)", or as much of it as is known. */
void text_frame(const struct text_writer *writer, const struct report_frame *frame);

/* How many frames of a stack tell something: not those below main(), which are how the C library starts any program. */
size_t text_stack_telling_frames(const struct report_stack *stack);

#endif
