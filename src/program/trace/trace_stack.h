/* SPDX-License-Identifier: MIT
 *
 * Names for the stacks of system calls. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_STACK_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_STACK_H

struct symbolizer;
struct system_call;

/* Looks up the functions of call->stack. The names live as long as the symbolizer. */
void trace_stack_name(struct symbolizer *symbolizer, struct system_call *call);

#endif
