/* SPDX-License-Identifier: MIT */
#include "text_pointers.h"

#include <inttypes.h>

#include "model/pointer_report.h"
#include "text_stack.h"

/* What the block is, in a few words: the whole stack is told only of the block that was asked about. */
static void print_origin(const struct text_writer *writer, const struct report_stack *stack)
{
    if (stack->frame_count > 0) {
        fputs(", taken at ", writer->stream);
        text_frame(writer, stack->frames[0]);
    } else if (stack->content) {
        fputs(", ", writer->stream);
        text_foreign(writer, stack->content);
    }
}

static void print_block(const struct text_writer *writer, const struct report_block *block)
{
    fprintf(writer->stream, "block 0x%" PRIx64 " (%s byte%s", block->address, text_number(block->size).text,
            text_plural(block->size));
    print_origin(writer, &block->stack);
    putc(')', writer->stream);
}

/* ---- Where pointers lie ---- */

static void print_data(const struct text_writer *writer, const struct report_pointer *pointer)
{
    if (pointer->symbol) {
        text_function(writer, pointer->symbol);
        if (pointer->symbol_offset > 0)
            fprintf(writer->stream, "+%" PRIu64, pointer->symbol_offset);
        fputs(" in ", writer->stream);
    } else {
        fprintf(writer->stream, "data at +0x%" PRIx64 " of ", pointer->symbol_offset);
    }
    text_path(writer, pointer->module);
}

static void print_stack_place(const struct text_writer *writer, const struct report_pointer *pointer)
{
    if (pointer->thread == 0)
        fputs("a stack of no known thread", writer->stream);
    else
        fprintf(writer->stream, "stack of thread %d", pointer->thread);
    if (pointer->stack_offset_known)
        fprintf(writer->stream, ", %s bytes above its stack pointer", text_number(pointer->stack_offset).text);
}

static void print_holder(const struct text_writer *writer, const struct report_pointer *pointer)
{
    switch (pointer->holder) {
    case HOLDER_BLOCK:
        print_block(writer, &pointer->block);
        fprintf(writer->stream, " at +%s", text_number(pointer->block_offset).text);
        return;
    case HOLDER_DATA:
        print_data(writer, pointer);
        break;
    case HOLDER_MEMORY:
        fputs("memory", writer->stream);
        if (pointer->thread != 0)
            fprintf(writer->stream, " around the thread-local variables of thread %d", pointer->thread);
        break;
    case HOLDER_STACK:
        print_stack_place(writer, pointer);
        break;
    case HOLDER_REGISTER:
        fprintf(writer->stream, "register %s of thread %d", pointer->register_name, pointer->thread);
        break;
    case HOLDER_THREAD:
        fprintf(writer->stream, "thread %d itself (its stack, or its vector of thread-local variables)", pointer->thread);
        break;
    case HOLDER_KERNEL:
        fputs("the kernel, which the program gave it to", writer->stream);
        break;
    case HOLDER_RANGE:
        fputs("memory that the program has registered", writer->stream);
        break;
    case HOLDER_EXEMPT:
        fputs("nothing: it is never reported", writer->stream);
        break;
    }
    if (pointer->address != 0)
        fprintf(writer->stream, " (0x%" PRIx64 ")", pointer->address);
}

/* ---- Paths ---- */

static void print_arrow(const struct text_writer *writer, const struct report_pointer *from, int indent)
{
    fprintf(writer->stream, "%*s-> ", indent, "");
    if (from->offset > 0)
        fprintf(writer->stream, "%s byte%s into ", text_number(from->offset).text, text_plural(from->offset));
}

static void print_path(const struct text_writer *writer, const struct report_pointer_path *path, int indent)
{
    putc('\n', writer->stream);
    for (size_t i = 0; i < path->step_count; i++) {
        if (i == 0)
            fprintf(writer->stream, "%*s", indent, "");
        else
            print_arrow(writer, &path->steps[i - 1], indent + 2);
        if (i > 0 && i == path->left_out_at && path->left_out > 0)
            fprintf(writer->stream, "... %s more block%s ...\n%*s-> ", text_number(path->left_out).text,
                    text_plural(path->left_out), indent + 2, "");
        print_holder(writer, &path->steps[i]);
        putc('\n', writer->stream);
    }
    print_arrow(writer, &path->steps[path->step_count - 1], indent + 2);
    fputs("this block\n", writer->stream);
}

static void print_lost(const struct text_writer *writer, const struct report_pointers *pointers, int indent)
{
    if (pointers->lost_count == 0)
        return;
    fprintf(writer->stream, "\n%*slost blocks that point to it:\n", indent, "");
    for (size_t i = 0; i < pointers->lost_count; i++) {
        fprintf(writer->stream, "%*s", indent + 2, "");
        print_holder(writer, &pointers->lost[i]);
        fprintf(writer->stream, ", %s", report_kind_fate(pointers->lost[i].block.kind));
        if (pointers->lost[i].offset > 0)
            fprintf(writer->stream, ", %s byte%s into it", text_number(pointers->lost[i].offset).text,
                    text_plural(pointers->lost[i].offset));
        putc('\n', writer->stream);
    }
}

static void print_counts(const struct text_writer *writer, const struct report_pointers *pointers, int indent)
{
    fprintf(writer->stream, "%*s", indent, "");
    if (pointers->path_count == 0)
        text_print(writer, STYLE_WARNING, "nothing that the program can reach points to it");
    else
        fprintf(writer->stream, "pointed to from %s place%s in roots and %s block%s", text_number(pointers->roots).text,
                text_plural(pointers->roots), text_number(pointers->blocks).text, text_plural(pointers->blocks));
    if (pointers->lost_blocks > 0)
        fprintf(writer->stream, "; %s lost block%s", text_number(pointers->lost_blocks).text,
                pointers->lost_blocks == 1 ? " does" : "s do");
    putc('\n', writer->stream);
}

static void print_pointers(const struct text_writer *writer, const struct report_pointers *pointers)
{
    fputs("\n  ", writer->stream);
    text_print(writer, STYLE_STRONG, "Who points at 0x%" PRIx64, pointers->address);
    fputs(": ", writer->stream);
    if (!pointers->found) {
        text_print(writer, STYLE_WARNING, "no live block is there\n");
        return;
    }
    const uint64_t offset = pointers->address - pointers->block.address;
    if (offset > 0)
        fprintf(writer->stream, "%s byte%s into ", text_number(offset).text, text_plural(offset));
    fprintf(writer->stream, "a block of %s byte%s, %s\n", text_number(pointers->block.size).text, text_plural(pointers->block.size),
            report_kind_fate(pointers->block.kind));
    text_stack(writer, &pointers->block.stack, 6);
    print_counts(writer, pointers, 4);
    for (size_t i = 0; i < pointers->path_count; i++)
        print_path(writer, &pointers->paths[i], 6);
    print_lost(writer, pointers, 6);
}

void text_pointers(const struct text_writer *writer, const struct report_process *process)
{
    for (size_t i = 0; i < process->pointer_count; i++)
        print_pointers(writer, &process->pointers[i]);
}
