/* SPDX-License-Identifier: MIT */
#include "report_diff.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash_table.h"
#include "base/xalloc.h"

const char *diff_subject_name(enum diff_subject subject)
{
    static const char *const names[DIFF_SUBJECTS] = {
        [DIFF_LEAK] = "leak",           [DIFF_ERROR] = "error",           [DIFF_FINDING] = "finding",
        [DIFF_THRESHOLD] = "threshold", [DIFF_DESCRIPTOR] = "descriptor", [DIFF_MAPPING] = "mapping"};

    return names[subject];
}

const char *diff_change_name(enum diff_change change)
{
    static const char *const names[DIFF_CHANGES] = {
        [DIFF_NEW] = "new", [DIFF_GROWN] = "grown", [DIFF_SHRUNK] = "shrunk", [DIFF_GONE] = "gone", [DIFF_SAME] = "same"};

    return names[change];
}

/* ---- Sums by fingerprint ---- */

/* While findings are added. */
struct diff_builder {
    struct report_diff *diff;
    size_t capacity;
    struct hash_table index; /* of findings: their index + 1 in place of a pointer, for they move */
    unsigned kinds;
    bool after; /* which of the reports it is */
};

struct sought_finding {
    const struct report_diff *diff;
    const struct diff_finding *finding;
};

static bool is_finding(const void *entry, const void *key)
{
    const struct sought_finding *sought = key;
    const struct diff_finding *finding = &sought->diff->findings[(uintptr_t)entry - 1];

    return finding->subject == sought->finding->subject && fingerprint_equal(finding->fingerprint, sought->finding->fingerprint);
}

/* The finding that is the same as this one, which may be this one itself. */
static struct diff_finding *merge(struct diff_builder *builder, const struct diff_finding *finding)
{
    struct report_diff *diff = builder->diff;
    const struct sought_finding sought = {diff, finding};
    const uint64_t hash = hash_mix(finding->fingerprint.low, finding->subject);
    void *entry = hash_table_find(&builder->index, hash, is_finding, &sought);

    if (entry)
        return &diff->findings[(uintptr_t)entry - 1];
    diff->findings = xgrow(diff->findings, &builder->capacity, diff->count + 1, sizeof *diff->findings);
    diff->findings[diff->count++] = *finding;
    hash_table_add(&builder->index, hash, (void *)(uintptr_t)diff->count);
    return &diff->findings[diff->count - 1];
}

static void add(struct diff_builder *builder, const struct diff_finding *finding, struct leak_amount amount)
{
    struct diff_finding *known = merge(builder, finding);
    struct leak_amount *sum = builder->after ? &known->after : &known->before;

    sum->blocks += amount.blocks;
    sum->bytes += amount.bytes;
    if (builder->after)
        known->stack = finding->stack;
    if (finding->kind < known->kind)
        known->kind = finding->kind;
}

static void add_leaks(struct diff_builder *builder, const struct report_process *process)
{
    for (size_t i = 0; i < process->leak_count; i++) {
        const struct report_leak *leak = &process->leaks[i];
        const struct diff_finding finding = {
            .subject = DIFF_LEAK, .fingerprint = fingerprint_of_leak(leak), .kind = leak->kind, .stack = &leak->stack};
        if (builder->kinds & 1U << leak->kind)
            add(builder, &finding,
                (struct leak_amount){leak->direct.blocks + leak->indirect.blocks, leak->direct.bytes + leak->indirect.bytes});
    }
}

static void add_errors(struct diff_builder *builder, const struct report_process *process)
{
    for (size_t i = 0; i < process->error_count; i++) {
        const struct report_error *error = &process->errors[i];
        const struct diff_finding finding = {
            .subject = DIFF_ERROR, .fingerprint = fingerprint_of_error(error), .what = error->kind, .stack = &error->stack};
        add(builder, &finding, (struct leak_amount){error->count, 0});
    }
}

/* Each counts once, however often it happened: that is a matter of time and chance, and not of what is wrong. `stack` may be NULL.
 */
static void add_check(struct diff_builder *builder, const char *id, const struct report_stack *stack)
{
    static const struct report_stack nowhere;
    const struct diff_finding finding = {
        .subject = DIFF_FINDING, .fingerprint = fingerprint_of_check(id, stack), .what = id, .stack = stack ? stack : &nowhere};

    add(builder, &finding, (struct leak_amount){1, 0});
}

static void add_findings(struct diff_builder *builder, const struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct report_finding *finding = &findings->items[i];
        if (finding->severity == FINDING_ERROR)
            add_check(builder, finding->id, report_finding_place(finding));
    }
}

/* What the kernel refused, and whom its OOM killer ended. */
static void add_refusals(struct diff_builder *builder, const struct report_process *process)
{
    for (size_t i = 0; i < process->refused_count; i++)
        if (process->refused[i].severity == FINDING_ERROR)
            add_check(builder, process->refused[i].check, &process->refused[i].stack);
    if (process->oom_death.known)
        add_check(builder, OOM_KILLED_CHECK, NULL);
}

static void add_thresholds(struct diff_builder *builder, const struct report_process *process)
{
    static const struct report_stack nowhere;

    for (size_t i = 0; i < process->threshold_count; i++) {
        const struct report_threshold *threshold = &process->thresholds[i];
        const struct diff_finding finding = {.subject = DIFF_THRESHOLD,
                                             .fingerprint = fingerprint_of_threshold(threshold),
                                             .what = threshold_name(threshold->kind),
                                             .stack = &nowhere};
        add(builder, &finding, (struct leak_amount){1, 0});
    }
}

static void add_descriptors(struct diff_builder *builder, const struct report_process *process)
{
    for (size_t i = 0; i < process->descriptor_count; i++) {
        const struct report_descriptors *group = &process->descriptors[i];
        const struct diff_finding finding = {
            .subject = DIFF_DESCRIPTOR, .fingerprint = fingerprint_of_descriptors(group), .stack = &group->stack};
        uint64_t count = 0;
        for (size_t k = 0; k < group->count; k++)
            count += group->open[k].number > STDERR_FILENO;
        if (count > 0 && group->origin != ORIGIN_INHERITED)
            add(builder, &finding, (struct leak_amount){count, 0});
    }
}

static void add_mappings(struct diff_builder *builder, const struct report_process *process)
{
    for (size_t i = 0; i < process->mapping_count; i++) {
        const struct report_mapping *mapping = &process->mappings[i];
        const struct diff_finding finding = {
            .subject = DIFF_MAPPING, .fingerprint = fingerprint_of_mapping(mapping), .stack = &mapping->stack};
        add(builder, &finding, (struct leak_amount){mapping->count, mapping->bytes});
    }
}

static void add_report(struct diff_builder *builder, const struct report *report)
{
    for (size_t i = 0; i < report->process_count; i++) {
        add_leaks(builder, &report->processes[i]);
        add_errors(builder, &report->processes[i]);
        add_findings(builder, &report->processes[i].locks.findings);
        add_findings(builder, &report->processes[i].realtime.findings);
        add_refusals(builder, &report->processes[i]);
        add_thresholds(builder, &report->processes[i]);
        add_descriptors(builder, &report->processes[i]);
        add_mappings(builder, &report->processes[i]);
    }
}

/* ---- What has changed ---- */

static enum diff_change change_of(struct leak_amount before, struct leak_amount after)
{
    if (before.blocks == 0)
        return DIFF_NEW;
    if (after.blocks == 0)
        return DIFF_GONE;
    if (after.blocks > before.blocks || after.bytes > before.bytes)
        return DIFF_GROWN;
    return after.blocks < before.blocks || after.bytes < before.bytes ? DIFF_SHRUNK : DIFF_SAME;
}

static int compare_numbers(uint64_t left, uint64_t right)
{
    return left < right ? -1 : left > right;
}

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static int compare_findings(const void *a, const void *b)
{
    const struct diff_finding *left = a, *right = b;
    int order = compare_numbers(left->change, right->change);

    if (order == 0)
        order = compare_numbers(left->subject, right->subject);
    if (order == 0)
        order =
            compare_numbers(difference(right->before.bytes, right->after.bytes), difference(left->before.bytes, left->after.bytes));
    if (order == 0)
        order = compare_numbers(difference(right->before.blocks, right->after.blocks),
                                difference(left->before.blocks, left->after.blocks));
    if (order == 0)
        order = compare_numbers(left->fingerprint.high, right->fingerprint.high);
    return order ? order : compare_numbers(left->fingerprint.low, right->fingerprint.low);
}

void report_diff_make(const struct report *before, const struct report *after, unsigned kinds, struct report_diff *diff)
{
    struct diff_builder builder = {.diff = diff, .kinds = kinds};

    *diff = (struct report_diff){0};
    add_report(&builder, before);
    builder.after = true;
    add_report(&builder, after);
    hash_table_finish(&builder.index);
    for (size_t i = 0; i < diff->count; i++) {
        struct diff_finding *finding = &diff->findings[i];
        finding->change = change_of(finding->before, finding->after);
        diff->changes[finding->subject][finding->change]++;
    }
    if (diff->count > 0)
        qsort(diff->findings, diff->count, sizeof *diff->findings, compare_findings);
}

void report_diff_finish(struct report_diff *diff)
{
    free(diff->findings);
    *diff = (struct report_diff){0};
}

size_t report_diff_count(const struct report_diff *diff, enum diff_change change)
{
    size_t count = 0;

    for (size_t subject = 0; subject < DIFF_SUBJECTS; subject++)
        count += diff->changes[subject][change];
    return count;
}

bool report_diff_is_worse(const struct report_diff *diff)
{
    return report_diff_count(diff, DIFF_NEW) + report_diff_count(diff, DIFF_GROWN) > 0;
}
