/* SPDX-License-Identifier: MIT */
#include "text_stack.h"

#include <inttypes.h>

static void print_place(const struct text_writer *writer, const struct report_frame *frame)
{
    putc('(', writer->stream);
    if (frame->file != NULL) {
        text_path(writer, frame->file);
        if (frame->line != 0)
            fprintf(writer->stream, ":%u", frame->line);
    } else {
        fputs("in ", writer->stream);
        text_path(writer, frame->module);
        if (frame->function == NULL)
            fprintf(writer->stream, "+0x%" PRIx64, frame->offset);
    }
    putc(')', writer->stream);
}

void text_frame(const struct text_writer *writer, const struct report_frame *frame)
{
    if (frame->function != NULL)
        text_foreign(writer, frame->function);
    else
        fprintf(writer->stream, "0x%" PRIx64, frame->address);
    if (frame->file == NULL && frame->module == NULL)
        return;
    putc(' ', writer->stream);
    print_place(writer, frame);
}

void text_stack(const struct text_writer *writer, const struct report_stack *stack, int indent)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        fprintf(writer->stream, "%*s%s ", indent, "", i == 0 ? "at" : "by");
        text_frame(writer, stack->frames[i]);
        if (stack->frames[i]->inlined)
            text_print(writer, STYLE_FAINT, " inlined");
        putc('\n', writer->stream);
    }
    if (stack->frame_count == 0)
        fprintf(writer->stream, "%*s(call site not known)\n", indent, "");
    else if (stack->truncated)
        fprintf(writer->stream, "%*s(further callers not recorded)\n", indent, "");
}
