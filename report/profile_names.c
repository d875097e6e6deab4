/* SPDX-License-Identifier: MIT */
#include "profile_names.h"

#include <string.h>

#include "harmless_text.h"

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
    else if (index == process->reason_count && !process->leak_checked)
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

bool profile_is_leaked(enum leak_kind kind)
{
    return kind == LEAK_DEFINITE || kind == LEAK_INDIRECT || kind == LEAK_POSSIBLE;
}
