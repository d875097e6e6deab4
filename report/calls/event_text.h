/* SPDX-License-Identifier: MIT
 *
 * What happens to a thread besides its calls, as text in the form of strace(1). */
#ifndef LEAKWATCH_REPORT_CALLS_EVENT_TEXT_H
#define LEAKWATCH_REPORT_CALLS_EVENT_TEXT_H

#include "calls/call_value.h"
#include "report/encoding/text_buffer.h"

/* "--- SIGCHLD {si_signo=SIGCHLD, ...} ---" */
void event_text_signal(struct text_buffer *buffer, int signal, const struct value *info);
/* "--- stopped by SIGSTOP ---" */
void event_text_stop(struct text_buffer *buffer, int signal);
/* "+++ superseded by execve in pid 12 +++" */
void event_text_superseded(struct text_buffer *buffer, int former);
/* "+++ exited with 1 +++", "+++ killed by SIGSEGV (core dumped) +++": of a wait status. */
void event_text_end(struct text_buffer *buffer, int status);

#endif
