/* SPDX-License-Identifier: MIT */
#include "report_baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "fail_alloc.h"
#include "report_diff.h"
#include "report_model.h"

/* ---- What became of each finding ---- */

static bool is_finding(const void *entry, const void *key)
{
    const struct diff_finding *finding = entry, *sought = key;

    return finding->subject == sought->subject && fingerprint_equal(finding->fingerprint, sought->fingerprint);
}

static struct hash_table index_findings(const struct report_diff *diff)
{
    struct hash_table index = {0};

    for (size_t i = 0; i < diff->count; i++)
        hash_table_add(&index, diff->findings[i].fingerprint.low, &diff->findings[i]);
    return index;
}

static enum report_novelty novelty_of(const struct hash_table *index, enum diff_subject subject, struct fingerprint fingerprint)
{
    static const enum report_novelty novelties[DIFF_CHANGES] = {[DIFF_NEW] = NOVELTY_NEW,
                                                                [DIFF_GROWN] = NOVELTY_GROWN,
                                                                [DIFF_SHRUNK] = NOVELTY_KNOWN,
                                                                [DIFF_GONE] = NOVELTY_KNOWN,
                                                                [DIFF_SAME] = NOVELTY_KNOWN};
    const struct diff_finding sought = {.subject = subject, .fingerprint = fingerprint};
    const struct diff_finding *finding = hash_table_find(index, fingerprint.low, is_finding, &sought);

    return finding ? novelties[finding->change] : NOVELTY_NONE;
}

static void mark_findings(const struct hash_table *index, struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct report_finding *finding = &findings->items[i];
        if (finding->severity == FINDING_ERROR)
            finding->novelty = novelty_of(index, DIFF_FINDING, fingerprint_of_check(finding->id, report_finding_place(finding)));
    }
}

static void mark_process(const struct hash_table *index, struct report_process *process, unsigned kinds)
{
    for (size_t i = 0; i < process->leak_count; i++) {
        struct report_leak *leak = &process->leaks[i];
        if (kinds & 1U << leak->kind)
            leak->novelty = novelty_of(index, DIFF_LEAK, fingerprint_of_leak(leak));
    }
    for (size_t i = 0; i < process->error_count; i++)
        process->errors[i].novelty = novelty_of(index, DIFF_ERROR, fingerprint_of_error(&process->errors[i]));
    mark_findings(index, &process->locks.findings);
    mark_findings(index, &process->realtime.findings);
}

static void count_changes(struct report_baseline *baseline, const struct report_diff *diff)
{
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_finding *finding = &diff->findings[i];
        if (finding->subject == DIFF_DESCRIPTOR || finding->subject == DIFF_MAPPING)
            continue;
        baseline->new_count += finding->change == DIFF_NEW;
        baseline->grown += finding->change == DIFF_GROWN;
        baseline->known += finding->change == DIFF_SHRUNK || finding->change == DIFF_SAME;
        if (finding->subject != DIFF_LEAK)
            continue;
        baseline->before.blocks += finding->before.blocks;
        baseline->before.bytes += finding->before.bytes;
        baseline->after.blocks += finding->after.blocks;
        baseline->after.bytes += finding->after.bytes;
    }
}

/* ---- The verdict ---- */

static bool is_worse(enum report_novelty novelty)
{
    return novelty == NOVELTY_NEW || novelty == NOVELTY_GROWN;
}

/* `accepted`: what is new or has grown is none. A crossed threshold always is one: the user has set it for this run. */
static void judge(struct report *report, bool accepted)
{
    uint64_t leaks = 0, others = report->fail_alloc ? report->fail_alloc->error_count : 0;

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        others += process->threshold_count + process->thresholds_dropped;
        others += accepted ? 0 : report_count_findings(&process->realtime.findings, FINDING_ERROR);
        for (size_t k = 0; k < process->leak_count; k++)
            leaks += !accepted && is_worse(process->leaks[k].novelty);
        for (size_t k = 0; k < process->error_count; k++)
            others += !accepted && is_worse(process->errors[k].novelty);
    }
    report->error_count = leaks + others;
    if (strcmp(report->verdict, "incomplete") != 0)
        report->verdict = others > 0 ? "errors" : leaks > 0 ? "leaks" : report->damaged ? "incomplete" : "clean";
}

void report_baseline_apply(struct report *report, const struct report *earlier, const char *file, unsigned kinds)
{
    struct report_baseline *baseline = xcalloc(1, sizeof *baseline);
    struct report_diff diff;

    baseline->file = xstrdup(file);
    report_diff_make(earlier, report, kinds, &diff);
    struct hash_table index = index_findings(&diff);
    for (size_t i = 0; i < report->process_count; i++)
        mark_process(&index, &report->processes[i], kinds);
    count_changes(baseline, &diff);
    hash_table_finish(&index);
    report_diff_finish(&diff);
    report->baseline = baseline;
    judge(report, false);
}

void report_baseline_accept(struct report *report)
{
    judge(report, true);
}

void report_baseline_destroy(struct report_baseline *baseline)
{
    if (baseline)
        free(baseline->file);
    free(baseline);
}
