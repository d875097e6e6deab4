/* SPDX-License-Identifier: MIT
 *
 * Findings in a line: without addresses and process IDs, so that it stays the same from run to run. Each is owned by the caller;
 * names stand in it as they are. */
#ifndef LEAKWATCH_MODEL_REPORT_ISSUE_TEXT_H
#define LEAKWATCH_MODEL_REPORT_ISSUE_TEXT_H

#include "report_model.h"

char *report_leak_text(const struct report_leak *leak);
char *report_error_text(const struct report_error *error);
/* `count` of the group's descriptors are left open, and `first` is the first of them. */
char *report_descriptors_text(const struct report_descriptor *first, size_t count);
/* A finding of a check: `numbers` (or NULL) behind `what`, and how often. */
char *report_check_text(const char *what, const char *numbers, uint64_t count);
char *report_threshold_text(const struct report_threshold *threshold);
char *report_refused_call_text(const struct report_refused_call *refused);

#endif
