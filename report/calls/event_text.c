/* SPDX-License-Identifier: MIT */
#include "event_text.h"

#include <sys/wait.h>

#include "abi/signals.h"
#include "call_text.h"

static void add_signal_name(struct text_buffer *buffer, int signal)
{
    const char *name = signal_name(signal);

    if (name)
        text_buffer_text(buffer, name);
    else
        text_buffer_signed(buffer, signal);
}

void event_text_signal(struct text_buffer *buffer, int signal, const struct value *info)
{
    text_buffer_text(buffer, "--- ");
    add_signal_name(buffer, signal);
    text_buffer_char(buffer, ' ');
    call_text_value(buffer, info);
    text_buffer_text(buffer, " ---");
}

void event_text_stop(struct text_buffer *buffer, int signal)
{
    text_buffer_text(buffer, "--- stopped by ");
    add_signal_name(buffer, signal);
    text_buffer_text(buffer, " ---");
}

void event_text_superseded(struct text_buffer *buffer, int former)
{
    text_buffer_add(buffer, "+++ superseded by execve in pid %d +++", former);
}

void event_text_end(struct text_buffer *buffer, int status)
{
    if (WIFEXITED(status)) {
        text_buffer_add(buffer, "+++ exited with %d +++", WEXITSTATUS(status));
        return;
    }
    text_buffer_text(buffer, "+++ killed by ");
    add_signal_name(buffer, WTERMSIG(status));
    text_buffer_text(buffer, WCOREDUMP(status) ? " (core dumped) +++" : " +++");
}
