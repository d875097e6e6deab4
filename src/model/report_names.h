/* SPDX-License-Identifier: MIT
 *
 * The frames of a report and the strings in them: each kept once, released together. */
#ifndef LEAKWATCH_MODEL_REPORT_NAMES_H
#define LEAKWATCH_MODEL_REPORT_NAMES_H

#include <stddef.h>

struct report_frame;
struct report_names;

/* Never NULL. */
struct report_names *report_names_create(void);
void report_names_destroy(struct report_names *names);

/* The one copy of this text; NULL for NULL. Lives as long as `names`, as all below. */
const char *report_names_string(struct report_names *names, const char *text);
/* `count` new frames, all zero. */
struct report_frame *report_names_frames(struct report_names *names, size_t count);
/* Room for a stack of `count` frames. */
const struct report_frame **report_names_stack(struct report_names *names, size_t count);

#endif
