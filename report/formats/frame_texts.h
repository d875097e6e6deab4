/* SPDX-License-Identifier: MIT
 *
 * What a format makes of frames, made once for each: a million records share a few thousand frames. Private to report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_FRAME_TEXTS_H
#define LEAKWATCH_REPORT_FORMATS_FRAME_TEXTS_H

#include "model/report_model.h"
#include "report/encoding/text_buffer.h"
#include "place_table.h"

/* Adds what stands for a frame. */
typedef void frame_text_maker(struct text_buffer *text, const struct report_frame *frame);

struct frame_texts {
    frame_text_maker *make;
    struct text_buffer texts;   /* of frames, each with its NUL */
    struct place_table written; /* where that of a frame begins in `texts`, plus 1 */
};

/* The text of frame `index` of the stack, NUL-terminated. Valid until the next call. */
const char *frame_text(struct frame_texts *texts, const struct report_stack *stack, size_t index);
void frame_texts_finish(struct frame_texts *texts);

#endif
