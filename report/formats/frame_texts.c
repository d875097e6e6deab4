/* SPDX-License-Identifier: MIT */
#include "frame_texts.h"

const char *frame_text(struct frame_texts *texts, const struct report_stack *stack, size_t index)
{
    size_t *number = place_table_number(&texts->written, (struct place){stack->frames + index, 1});

    if (*number == 0) {
        const size_t start = texts->texts.used;
        texts->make(&texts->texts, stack->frames[index]);
        text_buffer_char(&texts->texts, '\0');
        *number = start + 1;
    }
    return texts->texts.text + *number - 1;
}

void frame_texts_finish(struct frame_texts *texts)
{
    text_buffer_finish(&texts->texts);
    place_table_finish(&texts->written);
}
