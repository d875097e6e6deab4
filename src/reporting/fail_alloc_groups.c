/* SPDX-License-Identifier: MIT */
#include "fail_alloc_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* ---- What belongs together ---- */

static bool has_leak(const struct fail_run *run, const struct report_leak *leak)
{
    for (size_t i = 0; i < run->leak_count; i++)
        if (run->leaks[i].kind == leak->kind && run->leaks[i].stack.frames == leak->stack.frames)
            return true;
    return false;
}

static bool has_error(const struct fail_run *run, const struct report_error *error)
{
    for (size_t i = 0; i < run->error_count; i++)
        if (strcmp(run->errors[i].kind, error->kind) == 0 && run->errors[i].stack.frames == error->stack.frames)
            return true;
    return false;
}

/* The same blocks and errors, in whatever order. How much was lost may differ: a call in a loop fails later each time. */
static bool same_losses(const struct fail_run *a, const struct fail_run *b)
{
    if (a->leak_count != b->leak_count || a->error_count != b->error_count)
        return false;
    for (size_t i = 0; i < a->leak_count; i++)
        if (!has_leak(b, &a->leaks[i]))
            return false;
    for (size_t i = 0; i < a->error_count; i++)
        if (!has_error(b, &a->errors[i]))
            return false;
    return true;
}

static bool same_story(const struct fail_run *a, const struct fail_run *b)
{
    return a->failures.stack.frames == b->failures.stack.frames && (a->failures.made > 0) == (b->failures.made > 0) &&
           a->outcome == b->outcome && a->end == b->end && a->status == b->status && a->signal == b->signal &&
           a->crash_signal == b->crash_signal && a->crash_in_child == b->crash_in_child && same_losses(a, b);
}

/* ---- Groups ---- */

static uint64_t lost_bytes(const struct fail_run *run)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < run->leak_count; i++)
        bytes += run->leaks[i].direct.bytes + run->leaks[i].indirect.bytes;
    return bytes;
}

/* Groups are few, and most runs differ from a group in its first test. */
static void add_to_group(struct fail_alloc *fail_alloc, size_t index, size_t *capacity)
{
    struct fail_group *group = NULL;

    for (size_t i = 0; group == NULL && i < fail_alloc->group_count; i++)
        if (same_story(&fail_alloc->runs[fail_alloc->groups[i].runs[0]], &fail_alloc->runs[index]))
            group = &fail_alloc->groups[i];
    if (group == NULL) {
        fail_alloc->groups = xgrow(fail_alloc->groups, capacity, fail_alloc->group_count + 1, sizeof *fail_alloc->groups);
        group = &fail_alloc->groups[fail_alloc->group_count++];
        *group = (struct fail_group){.worst = index};
    }
    group->runs = xreallocarray(group->runs, group->count + 1, sizeof *group->runs);
    group->runs[group->count++] = index;
    if (lost_bytes(&fail_alloc->runs[index]) > lost_bytes(&fail_alloc->runs[group->worst]))
        group->worst = index;
}

static int compare_groups(const void *a, const void *b, void *context)
{
    const struct fail_group *left = a, *right = b;
    const struct fail_run *runs = context;
    enum fail_outcome left_outcome = runs[left->worst].outcome, right_outcome = runs[right->worst].outcome;

    if (left_outcome != right_outcome)
        return left_outcome > right_outcome ? -1 : 1;
    return left->runs[0] < right->runs[0] ? -1 : left->runs[0] > right->runs[0];
}

static uint64_t count_errors(const struct fail_run *run)
{
    return (run->outcome == FAIL_CRASH || run->outcome == FAIL_HANG) + run->leak_count + run->error_count;
}

void fail_alloc_groups_make(struct fail_alloc *fail_alloc)
{
    size_t capacity = 0;

    for (size_t i = 0; i < fail_alloc->run_count; i++) {
        add_to_group(fail_alloc, i, &capacity);
        fail_alloc->outcomes[fail_alloc->runs[i].outcome]++;
    }
    if (fail_alloc->group_count > 1)
        qsort_r(fail_alloc->groups, fail_alloc->group_count, sizeof *fail_alloc->groups, compare_groups, fail_alloc->runs);
    for (size_t i = 0; i < fail_alloc->group_count; i++)
        fail_alloc->error_count += count_errors(&fail_alloc->runs[fail_alloc->groups[i].worst]);
}
