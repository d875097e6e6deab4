/* SPDX-License-Identifier: MIT */
#include "trace_stack.h"

#include "calls/system_call.h"
#include "elf/symbolizer.h"

/* The function that is there as a whole: what was inlined into it has no address of its own. The place is the call, not what comes
 * after it, which may be another function. */
static void name_frame(struct symbolizer *symbolizer, struct call_frame *frame)
{
    enum { INLINED_MAX = 64 };
    struct symbol_frame names[INLINED_MAX];
    struct symbol_module module;

    if (!frame->path || frame->path[0] != '/')
        return;
    const struct mapped_file file = {frame->path, frame->device, frame->inode};
    const size_t count = symbolizer_lookup(symbolizer, &file, frame->file_offset - 1, &module, names, INLINED_MAX);
    if (count == 0)
        return;
    const struct symbol_frame *whole = &names[count - 1];
    frame->function = whole->function;
    frame->function_offset = whole->start ? module.bias_offset + 1 - whole->start : 0;
}

void trace_stack_name(struct symbolizer *symbolizer, struct system_call *call)
{
    for (size_t i = 0; i < call->stack_size; i++)
        name_frame(symbolizer, &call->stack[i]);
}
