/* SPDX-License-Identifier: MIT
 *
 * What the formats of profilers share: their words for what is no function. All texts are harmless (harmless_text.h). Private to
 * report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_PROFILE_NAMES_H
#define LEAKWATCH_REPORT_FORMATS_PROFILE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/report_model.h"
#include "report/encoding/text_buffer.h"

/* Adds the function, or else "plugin.so+0x123", or else the address. */
void profile_add_frame(struct text_buffer *name, const struct report_frame *frame);
/* Adds "app (4711)". */
void profile_add_process(struct text_buffer *name, const struct report_process *process);
/* Adds note `index`, from 0, of what was not seen of a process. Returns false, and adds nothing, if there are no more. What a
 * program held when it became another one is given up on purpose: no note. */
bool profile_add_note(struct text_buffer *note, const struct report_process *process, size_t index);

/* What stands for the callers that are not known, in place of the outermost frame: static, or a text of the report that is still to
 * be made harmless. NULL: all are known. */
const char *profile_unknown_callers(const struct report_stack *stack);

/* All blocks of a process: its records, and for each kind one more for what is counted but listed in no record, such as what was
 * suppressed. The array is the caller's to free, what the records hold stays the report's. */
struct profile_records {
    struct report_leak *leaks;
    size_t count;
};
struct profile_records profile_records(const struct report_process *process);

/* Whether the blocks of a kind count as leaked: all that cannot be reached. */
bool profile_is_leaked(enum leak_kind kind);

#endif
