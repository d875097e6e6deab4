/* SPDX-License-Identifier: MIT
 *
 * What memcheck's text and its XML have in common: the order of records, and sentences that other programs look for. The sentences
 * are those of valgrind 3.19. Private to report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_VALGRIND_WORDS_H
#define LEAKWATCH_REPORT_FORMATS_VALGRIND_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "model/report_model.h"
#include "report/encoding/text_buffer.h"

/* All records of a process as memcheck numbers them, from 1: by bytes, the indirect ones included, the fewest first. */
struct valgrind_records {
    const struct report_leak **leaks; /* the array is the caller's to free */
    size_t count;
};
struct valgrind_records valgrind_records(const struct report_process *process);

/* Whether a record of this kind is listed. */
bool valgrind_is_listed(const struct report_view *view, enum leak_kind kind);

/* How many frames of a stack are shown: down to main(), or all of them. */
size_t valgrind_frames(const struct report_view *view, const struct report_stack *stack);

/* Whether a process has nothing to tell, since it became another one before anybody looked at it. */
bool valgrind_is_passing(const struct report_process *process);

/* "Leak_DefinitelyLost", "InvalidFree" and the like: the kinds of the XML. Static. */
const char *valgrind_leak_kind(enum leak_kind kind);
const char *valgrind_error_kind(const struct report_error *error);

/* Adds "24 bytes in 1 blocks are definitely lost in loss record 3 of 4". */
void valgrind_add_leak(struct text_buffer *text, const struct report_leak *leak, size_t number, size_t count);
/* "Invalid free() / delete / delete[] / realloc()" and the like. Static. */
const char *valgrind_error_text(const struct report_error *error);
/* Adds what is known of the address: "Address 0x4a45040 is 0 bytes inside a block of size 24 free'd". */
void valgrind_add_address(struct text_buffer *text, const struct report_error *error);
/* The stack that belongs to this sentence. */
const struct report_stack *valgrind_address_stack(const struct report_error *error);

/* Adds note `index`, from 0, of what was not seen of a process. Returns false, and adds nothing, if there are no more. */
bool valgrind_add_note(struct text_buffer *note, const struct report_process *process, size_t index);

/* What the sentence about the stack of the allocation says where the first was about that of a free. */
#define VALGRIND_ALLOCATED_AT "Block was alloc'd at"

#endif
