/* SPDX-License-Identifier: MIT */
#include "profile_names.h"

#include <string.h>

#include "base/xalloc.h"
#include "report/encoding/harmless_text.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] != '\0' ? slash + 1 : path;
}

void profile_add_frame(struct text_buffer *name, const struct report_frame *frame)
{
    if (frame->function && *frame->function != '\0') {
        harmless_text_add(name, frame->function);
    } else if (frame->module && *frame->module != '\0') {
        harmless_text_add(name, base_name(frame->module));
        text_buffer_char(name, '+');
        text_buffer_hex(name, frame->offset);
    } else {
        text_buffer_hex(name, frame->address);
    }
}

void profile_add_process(struct text_buffer *name, const struct report_process *process)
{
    const char *executable = base_name(process->executable);

    harmless_text_add(name, *executable != '\0' ? executable : "process");
    text_buffer_text(name, " (");
    text_buffer_signed(name, process->pid);
    text_buffer_char(name, ')');
}

bool profile_add_note(struct text_buffer *note, const struct report_process *process, size_t index)
{
    if (index < process->reason_count)
        harmless_text_add(note, process->reasons[index]);
    else if (index == process->reason_count && !process->leak_checked && process->end != END_EXEC)
        text_buffer_text(note, "not checked for leaks");
    else
        return false;
    return true;
}

const char *profile_unknown_callers(const struct report_stack *stack)
{
    if (stack->frame_count == 0)
        return stack->content ? stack->content : "(call site not known)";
    return stack->truncated ? "(further callers not recorded)" : NULL;
}

/* What is in `total` and not in `listed`. */
static struct leak_amount amount_left(struct leak_amount total, struct leak_amount listed)
{
    return (struct leak_amount){total.blocks > listed.blocks ? total.blocks - listed.blocks : 0,
                                total.bytes > listed.bytes ? total.bytes - listed.bytes : 0};
}

struct profile_records profile_records(const struct report_process *process)
{
    struct profile_records records = {.leaks = xcalloc(process->leak_count + LEAK_KINDS, sizeof *records.leaks)};
    struct leak_amount listed[LEAK_KINDS] = {0};

    for (size_t i = 0; i < process->leak_count; i++) {
        const struct report_leak *leak = &process->leaks[i];
        records.leaks[records.count++] = *leak;
        listed[leak->kind].blocks += leak->direct.blocks;
        listed[leak->kind].bytes += leak->direct.bytes;
    }
    for (size_t kind = 0; kind < LEAK_KINDS; kind++) {
        const struct leak_amount left = amount_left(process->total[kind], listed[kind]);
        if (left.blocks > 0)
            records.leaks[records.count++] = (struct report_leak){.kind = (enum leak_kind)kind,
                                                                  .direct = left,
                                                                  .allocator = "unknown",
                                                                  .stack = {.content = "(call sites not listed)"}};
    }
    return records;
}

bool profile_is_leaked(enum leak_kind kind)
{
    return kind == LEAK_DEFINITE || kind == LEAK_INDIRECT || kind == LEAK_POSSIBLE;
}
