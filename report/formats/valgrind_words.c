/* SPDX-License-Identifier: MIT */
#include "valgrind_words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "report/text/text_process.h"
#include "report/text/text_stack.h"
#include "report/text/text_style.h"
#include "profile_names.h"

/* ---- Records ---- */

static uint64_t all_bytes(const struct report_leak *leak)
{
    return leak->direct.bytes + leak->indirect.bytes;
}

static int compare_numbers(uint64_t left, uint64_t right)
{
    return left < right ? -1 : left > right;
}

/* Of equal size: what is less bad first, then the fewer blocks, then as they stand in the report. */
static int compare_records(const void *left_record, const void *right_record)
{
    static const int badness[LEAK_KINDS] = {
        [LEAK_REACHABLE] = 0, [LEAK_POSSIBLE] = 1, [LEAK_INDIRECT] = 2, [LEAK_DEFINITE] = 3, [LEAK_SUPPRESSED] = 4};
    const struct report_leak *left = *(const struct report_leak *const *)left_record;
    const struct report_leak *right = *(const struct report_leak *const *)right_record;
    int order = compare_numbers(all_bytes(left), all_bytes(right));

    if (order == 0)
        order = badness[left->kind] - badness[right->kind];
    if (order == 0)
        order = compare_numbers(left->direct.blocks, right->direct.blocks);
    return order ? order : compare_numbers((uintptr_t)left, (uintptr_t)right);
}

struct valgrind_records valgrind_records(const struct report_process *process)
{
    struct valgrind_records records = {xcalloc(process->leak_count, sizeof(struct report_leak *)), process->leak_count};

    for (size_t i = 0; i < records.count; i++)
        records.leaks[i] = &process->leaks[i];
    if (records.count > 1)
        qsort(records.leaks, records.count, sizeof *records.leaks, compare_records);
    return records;
}

bool valgrind_is_listed(const struct report_view *view, enum leak_kind kind)
{
    return !view->summary_only && view->show_kinds & 1u << kind;
}

size_t valgrind_frames(const struct report_view *view, const struct report_stack *stack)
{
    return view->below_main ? stack->frame_count : text_stack_telling_frames(stack);
}

bool valgrind_is_passing(const struct report_process *process)
{
    return process->end == END_EXEC && !process->leak_checked && process->error_count == 0;
}

/* ---- Sentences ---- */

const char *valgrind_leak_kind(enum leak_kind kind)
{
    static const char *const kinds[LEAK_KINDS] = {[LEAK_DEFINITE] = "Leak_DefinitelyLost",
                                                  [LEAK_INDIRECT] = "Leak_IndirectlyLost",
                                                  [LEAK_POSSIBLE] = "Leak_PossiblyLost",
                                                  [LEAK_REACHABLE] = "Leak_StillReachable",
                                                  [LEAK_SUPPRESSED] = "Leak_Suppressed"};

    return kinds[kind];
}

static bool is_mismatched(const struct report_error *error)
{
    return strcmp(error->kind, "mismatched-free") == 0;
}

const char *valgrind_error_kind(const struct report_error *error)
{
    return is_mismatched(error) ? "MismatchedFree" : "InvalidFree";
}

void valgrind_add_leak(struct text_buffer *text, const struct report_leak *leak, size_t number, size_t count)
{
    if (leak->indirect.bytes > 0)
        text_buffer_add(text, "%s (%s direct, %s indirect) bytes in ", text_number(all_bytes(leak)).text,
                        text_number(leak->direct.bytes).text, text_number(leak->indirect.bytes).text);
    else
        text_buffer_add(text, "%s bytes in ", text_number(leak->direct.bytes).text);
    text_buffer_add(text, "%s blocks are %s in loss record %s of %s", text_number(leak->direct.blocks).text,
                    report_kind_fate(leak->kind), text_number(number).text, text_number(count).text);
}

const char *valgrind_error_text(const struct report_error *error)
{
    return is_mismatched(error) ? "Mismatched free() / delete / delete []" : "Invalid free() / delete / delete[] / realloc()";
}

void valgrind_add_address(struct text_buffer *text, const struct report_error *error)
{
    text_buffer_add(text, "Address 0x%" PRIx64 " is ", error->address);
    if (error->size == 0 && error->allocated.frame_count == 0) {
        text_buffer_text(text, "not stack'd, malloc'd or (recently) free'd");
        return;
    }
    text_buffer_text(text, "0 bytes inside a block of ");
    if (error->size > 0)
        text_buffer_add(text, "size %s ", text_number(error->size).text);
    else
        text_buffer_text(text, "unknown size ");
    text_buffer_text(text, is_mismatched(error) ? "alloc'd" : "free'd");
}

const struct report_stack *valgrind_address_stack(const struct report_error *error)
{
    return is_mismatched(error) ? &error->allocated : &error->freed;
}

bool valgrind_add_note(struct text_buffer *note, const struct report_process *process, size_t index)
{
    if (process->errors_dropped == 0)
        return profile_add_note(note, process, index);
    if (index > 0)
        return profile_add_note(note, process, index - 1);
    text_buffer_add(note, "%s further memory errors were not recorded", text_number(process->errors_dropped).text);
    return true;
}
