/* SPDX-License-Identifier: MIT
 *
 * From the return addresses of one process to the frames of a report. */
#ifndef LEAKWATCH_REPORTING_STACK_NAMER_H
#define LEAKWATCH_REPORTING_STACK_NAMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/report_model.h"

struct call_stack;
struct stack_namer;
struct symbolizer;

/* All arguments are lent; frames and strings go into `names`. Never NULL. */
struct stack_namer *stack_namer_create(struct symbolizer *symbolizer, struct report_names *names, const struct module *modules,
                                       size_t module_count);
void stack_namer_destroy(struct stack_namer *namer);

/* Names the calls that return to `addresses` (innermost first), inlined functions included. Equal places in equal files are the
 * same struct report_frame, also where a library was mapped twice: stacks can be compared by comparing pointers. */
struct report_stack stack_namer_name(struct stack_namer *namer, const uint64_t *addresses, size_t count, uint32_t generation);

/* The same of a stack as records have it. */
struct report_stack stack_namer_name_calls(struct stack_namer *namer, const struct call_stack *stack);

/* The content of a group of blocks in the words of a report: "_ZTSN4core6ConfigE" is core::Config; NULL for NULL. It comes from the
 * memory of the process: one that is made to harm stays as it is. Lives as long as the names do. */
const char *stack_namer_content(struct stack_namer *namer, const char *content);

#endif
