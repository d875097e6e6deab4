/* SPDX-License-Identifier: MIT
 * What the kernel says of a signal: {si_signo=SIGCHLD, si_code=CLD_EXITED, ...}. */
#ifndef LEAKWATCH_PROGRAM_TRACE_SIGINFO_H
#define LEAKWATCH_PROGRAM_TRACE_SIGINFO_H

#include <signal.h>

#include "report/text_buffer.h"

/* "SIGINT", or the number. */
void trace_signal_add(struct text_buffer *text, int signal);
void trace_siginfo_add(struct text_buffer *text, const siginfo_t *info);
/* The name of si_code, or NULL. */
const char *trace_siginfo_code(const siginfo_t *info);

#endif
