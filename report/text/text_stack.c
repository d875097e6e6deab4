/* SPDX-License-Identifier: MIT */
#include "text_stack.h"

#include <inttypes.h>
#include <string.h>

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
        text_function(writer, frame->function);
    else
        fprintf(writer->stream, "0x%" PRIx64, frame->address);
    if (frame->file == NULL && frame->module == NULL)
        return;
    putc(' ', writer->stream);
    print_place(writer, frame);
}

/* Below main() comes how the C library starts a program: the same for all, so that only -v shows it. */
static bool is_start(const struct report_frame *frame)
{
    return frame->function != NULL && (strncmp(frame->function, "__libc_start", 12) == 0 || strcmp(frame->function, "_start") == 0);
}

size_t text_stack_telling_frames(const struct report_stack *stack)
{
    size_t count = stack->frame_count;

    while (count > 0 && is_start(stack->frames[count - 1]))
        count--;
    if (count > 0 && stack->frames[count - 1]->function != NULL && strcmp(stack->frames[count - 1]->function, "main") == 0)
        return count;
    return stack->frame_count;
}

void text_stack(const struct text_writer *writer, const struct report_stack *stack, int indent)
{
    size_t count = writer->view->verbosity > 0 ? stack->frame_count : text_stack_telling_frames(stack);

    for (size_t i = 0; i < count; i++) {
        fprintf(writer->stream, "%*s%s ", indent, "", i == 0 ? "at" : "by");
        text_frame(writer, stack->frames[i]);
        if (stack->frames[i]->inlined)
            text_print(writer, STYLE_FAINT, " inlined");
        putc('\n', writer->stream);
    }
    if (stack->frame_count == 0 && stack->content) {
        fprintf(writer->stream, "%*s", indent, "");
        text_foreign(writer, stack->content);
        putc('\n', writer->stream);
    } else if (stack->frame_count == 0)
        fprintf(writer->stream, "%*s(call site not known)\n", indent, "");
    else if (stack->truncated)
        fprintf(writer->stream, "%*s(further callers not recorded)\n", indent, "");
}
