/* SPDX-License-Identifier: MIT */
#include "fail_alloc_runs.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "model/report_names.h"
#include "fail_alloc_groups.h"
#include "fail_alloc_names.h"

struct fail_alloc_runs {
    struct fail_alloc_settings settings;
    struct fail_alloc *result;
    size_t run_capacity;
    struct fail_alloc_names names;
    struct fail_run baseline;  /* all that it lost, and all its memory errors */
    uint64_t baseline_crashes; /* of children */
};

struct fail_alloc_runs *fail_alloc_runs_create(const struct fail_alloc_settings *settings)
{
    struct fail_alloc_runs *runs = xcalloc(1, sizeof *runs);
    struct fail_alloc *result = xcalloc(1, sizeof *result);

    result->each = settings->each;
    result->first = settings->first;
    result->last = settings->last;
    result->names = report_names_create();
    runs->settings = *settings;
    runs->result = result;
    runs->names.names = result->names;
    runs->baseline.end = END_EXIT;
    return runs;
}

void fail_alloc_runs_destroy(struct fail_alloc_runs *runs)
{
    if (runs == NULL)
        return;
    fail_alloc_names_finish(&runs->names);
    fail_alloc_destroy(runs->result);
    free(runs->baseline.leaks);
    free(runs->baseline.errors);
    free(runs);
}

/* ---- What was lost ---- */

struct lost {
    struct fail_run *run;
    size_t leak_capacity, error_capacity;
    struct hash_table index; /* entries are indices of leaks, plus 1 */
};

struct leak_key {
    const struct fail_run *run;
    const struct report_leak *leak;
};

/* Allocators are static texts, stacks of one fail_alloc_names. */
static bool same_leak(const void *entry, const void *key)
{
    const struct leak_key *wanted = key;
    const struct report_leak *known = &wanted->run->leaks[(uintptr_t)entry - 1];

    return known->kind == wanted->leak->kind && known->stack.frames == wanted->leak->stack.frames &&
           strcmp(known->allocator, wanted->leak->allocator) == 0;
}

static uint64_t hash_leak(const struct report_leak *leak)
{
    return hash_mix(leak->kind, (uintptr_t)leak->stack.frames);
}

static struct report_leak *find_leak(const struct fail_run *run, const struct hash_table *index, const struct report_leak *leak)
{
    struct leak_key key = {run, leak};
    void *entry = hash_table_find(index, hash_leak(leak), same_leak, &key);

    return entry ? &run->leaks[(uintptr_t)entry - 1] : NULL;
}

static void add_amount(struct leak_amount *sum, struct leak_amount amount)
{
    sum->blocks += amount.blocks;
    sum->bytes += amount.bytes;
}

static void add_leak(struct fail_alloc_runs *runs, struct lost *lost, const struct report_leak *leak)
{
    struct fail_run *run = lost->run;
    struct report_leak copy = *leak;

    copy.stack = fail_alloc_names_stack(&runs->names, &leak->stack);
    copy.suppression = NULL;
    copy.examples = NULL;
    copy.example_count = 0;
    struct report_leak *known = find_leak(run, &lost->index, &copy);
    if (known != NULL) {
        add_amount(&known->direct, copy.direct);
        add_amount(&known->indirect, copy.indirect);
        return;
    }
    run->leaks = xgrow(run->leaks, &lost->leak_capacity, run->leak_count + 1, sizeof *run->leaks);
    run->leaks[run->leak_count++] = copy;
    hash_table_add(&lost->index, hash_leak(&copy), (void *)(uintptr_t)run->leak_count);
}

static bool same_error(const struct report_error *a, const struct report_error *b)
{
    return strcmp(a->kind, b->kind) == 0 && a->stack.frames == b->stack.frames && a->allocated.frames == b->allocated.frames;
}

static const struct report_error *find_error(const struct fail_run *run, const struct report_error *error)
{
    for (size_t i = 0; i < run->error_count; i++)
        if (same_error(&run->errors[i], error))
            return &run->errors[i];
    return NULL;
}

static void add_error(struct fail_alloc_runs *runs, struct lost *lost, const struct report_error *error)
{
    struct fail_run *run = lost->run;
    struct report_error copy = *error;

    copy.stack = fail_alloc_names_stack(&runs->names, &error->stack);
    copy.allocated = fail_alloc_names_stack(&runs->names, &error->allocated);
    copy.freed = fail_alloc_names_stack(&runs->names, &error->freed);
    if (find_error(run, &copy) != NULL)
        return;
    run->errors = xgrow(run->errors, &lost->error_capacity, run->error_count + 1, sizeof *run->errors);
    run->errors[run->error_count++] = copy;
}

/* All leaks that count and all memory errors of a run, equal ones of several processes as one. */
static void collect(struct fail_alloc_runs *runs, const struct report *report, struct lost *lost)
{
    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        for (size_t k = 0; k < process->leak_count; k++)
            if (runs->settings.error_kinds & 1u << process->leaks[k].kind)
                add_leak(runs, lost, &process->leaks[k]);
        for (size_t k = 0; k < process->error_count; k++)
            add_error(runs, lost, &process->errors[k]);
    }
}

/* ---- What is new ---- */

static uint64_t excess(uint64_t value, uint64_t usual)
{
    return value > usual ? value - usual : 0;
}

static struct leak_amount excess_amount(struct leak_amount amount, struct leak_amount usual)
{
    return (struct leak_amount){excess(amount.blocks, usual.blocks), excess(amount.bytes, usual.bytes)};
}

/* What stopped in the middle has no end at which it would let go: an exception under way, for one, is known by a pointer into it
 * alone. */
static void keep_definite_leaks(struct fail_run *run)
{
    size_t kept = 0;

    for (size_t i = 0; i < run->leak_count; i++)
        if (run->leaks[i].kind == LEAK_DEFINITE)
            run->leaks[kept++] = run->leaks[i];
    run->leak_count = kept;
}

/* Takes away what the run without failures lost as well. Sizes alone make no new leak: texts may be longer in another run. */
static void keep_new_leaks(const struct fail_run *baseline, struct fail_run *run)
{
    struct hash_table usual = {0};
    size_t kept = 0;

    for (size_t i = 0; i < baseline->leak_count; i++)
        hash_table_add(&usual, hash_leak(&baseline->leaks[i]), (void *)(uintptr_t)(i + 1));
    for (size_t i = 0; i < run->leak_count; i++) {
        struct report_leak leak = run->leaks[i];
        const struct report_leak *known = find_leak(baseline, &usual, &leak);
        if (known != NULL) {
            leak.direct = excess_amount(leak.direct, known->direct);
            leak.indirect = excess_amount(leak.indirect, known->indirect);
        }
        if (leak.direct.blocks > 0 || leak.indirect.blocks > 0)
            run->leaks[kept++] = leak;
    }
    run->leak_count = kept;
    hash_table_finish(&usual);
}

static void keep_new_errors(const struct fail_run *baseline, struct fail_run *run)
{
    size_t kept = 0;

    for (size_t i = 0; i < run->error_count; i++)
        if (find_error(baseline, &run->errors[i]) == NULL)
            run->errors[kept++] = run->errors[i];
    run->error_count = kept;
}

static int compare_leaks(const void *a, const void *b)
{
    const struct report_leak *left = a, *right = b;
    uint64_t left_bytes = left->direct.bytes + left->indirect.bytes, right_bytes = right->direct.bytes + right->indirect.bytes;

    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return left_bytes > right_bytes ? -1 : left_bytes < right_bytes;
}

/* ---- How it ended ---- */

static bool is_fault(int signal)
{
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
           signal == SIGTRAP || signal == SIGSYS;
}

/* Children that a signal killed as it kills faulty programs; stores the last such signal. */
static uint64_t count_child_crashes(const struct report *report, int *signal)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        if (process->pid == report->processes[0].pid || process->end != END_SIGNAL || !is_fault(process->signal))
            continue;
        *signal = process->signal;
        count++;
    }
    return count;
}

/* The kernel was out of memory, and killed the program that the user started. */
static bool was_oom_killed(const struct report *report)
{
    for (size_t i = 0; i < report->process_count; i++)
        if (report->processes[i].pid == report->processes[0].pid && report->processes[i].oom_killed)
            return true;
    return false;
}

static void take_end(struct fail_run *run, int wait_status)
{
    run->end = WIFSIGNALED(wait_status) ? END_SIGNAL : END_EXIT;
    run->status = WIFSIGNALED(wait_status) ? 0 : WEXITSTATUS(wait_status);
    run->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    run->core_dumped = WIFSIGNALED(wait_status) && WCOREDUMP(wait_status);
}

static bool same_end(const struct fail_run *a, const struct fail_run *b)
{
    return a->end == b->end && a->status == b->status && a->signal == b->signal;
}

static void find_crash(const struct fail_alloc_runs *runs, const struct report *report, struct fail_run *run)
{
    int signal = 0;

    if (run->end == END_SIGNAL && !same_end(run, &runs->baseline)) {
        run->crash_signal = run->signal;
    } else if (count_child_crashes(report, &signal) > runs->baseline_crashes) {
        run->crash_signal = signal;
        run->crash_in_child = true;
    }
}

static enum fail_outcome outcome_of(const struct fail_alloc_runs *runs, const struct fail_run *run, bool timed_out)
{
    if (timed_out)
        return FAIL_HANG;
    if (run->crash_signal != 0)
        return FAIL_CRASH;
    if (run->error_count > 0)
        return FAIL_ERROR;
    if (run->leak_count > 0)
        return FAIL_LEAK;
    return same_end(run, &runs->baseline) ? FAIL_OK : FAIL_STATUS;
}

/* ---- Runs ---- */

/* What was counted, and the first process in which an allocation failed: a forked one goes on from the counts of its copy. */
static struct report_failures failures_of(const struct report *report)
{
    struct report_failures found = {0};
    uint64_t most = 0;

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_failures *failures = &report->processes[i].failures;
        if (found.made == 0 && failures->known)
            found = *failures;
        if (failures->seen > most)
            most = failures->seen;
    }
    found.seen = most;
    return found;
}

static struct fail_run run_of(struct fail_alloc_runs *runs, uint64_t number, const struct report *report,
                              const struct fail_alloc_end *end)
{
    struct fail_run run = {.number = number, .failures = failures_of(report)};

    run.failures.stack = fail_alloc_names_stack(&runs->names, &run.failures.stack);
    memcpy(run.total, report->total, sizeof run.total);
    take_end(&run, end->wait_status);
    run.oom_killed = was_oom_killed(report);
    if (!end->timed_out)
        find_crash(runs, report, &run);
    return run;
}

bool fail_alloc_runs_set_baseline(struct fail_alloc_runs *runs, const struct report *report, const struct fail_alloc_end *end)
{
    struct fail_run *baseline = &runs->baseline;
    struct lost lost = {.run = baseline};
    int signal;

    baseline->failures = failures_of(report);
    take_end(baseline, end->wait_status);
    collect(runs, report, &lost);
    hash_table_finish(&lost.index);
    runs->baseline_crashes = count_child_crashes(report, &signal);
    runs->result->allocations = baseline->failures.seen;
    return baseline->failures.known;
}

static void append(struct fail_alloc_runs *runs, const struct fail_run *run)
{
    struct fail_alloc *result = runs->result;

    result->runs = xgrow(result->runs, &runs->run_capacity, result->run_count + 1, sizeof *result->runs);
    result->runs[result->run_count++] = *run;
}

bool fail_alloc_runs_add(struct fail_alloc_runs *runs, uint64_t number, const struct report *report,
                         const struct fail_alloc_end *end)
{
    struct fail_run run = run_of(runs, number, report, end);
    struct lost lost = {.run = &run};

    if (run.failures.made == 0 && number > runs->result->allocations)
        return false;
    collect(runs, report, &lost);
    hash_table_finish(&lost.index);
    keep_new_leaks(&runs->baseline, &run);
    keep_new_errors(&runs->baseline, &run);
    if (end->timed_out || run.crash_signal != 0)
        keep_definite_leaks(&run);
    if (run.leak_count > 1)
        qsort(run.leaks, run.leak_count, sizeof *run.leaks, compare_leaks);
    run.outcome = outcome_of(runs, &run, end->timed_out);
    append(runs, &run);
    return true;
}

enum fail_stop fail_alloc_runs_set_only(struct fail_alloc_runs *runs, const struct report *report, const struct fail_alloc_end *end)
{
    struct fail_run run = run_of(runs, runs->settings.first, report, end);

    runs->result->allocations = run.failures.seen;
    if (run.failures.made == 0)
        return run.failures.known ? FAIL_STOP_NO_MORE : FAIL_STOP_NOT_SEEN;
    run.outcome = outcome_of(runs, &run, end->timed_out);
    append(runs, &run);
    return FAIL_STOP_LAST;
}

/* ---- Sums ---- */

struct fail_alloc *fail_alloc_runs_finish(struct fail_alloc_runs *runs, enum fail_stop stopped)
{
    struct fail_alloc *result = runs->result;

    result->stopped = stopped;
    fail_alloc_groups_make(result);
    runs->result = NULL;
    fail_alloc_runs_destroy(runs);
    return result;
}

void fail_alloc_attach(struct report *report, struct fail_alloc *fail_alloc)
{
    const size_t *outcomes = fail_alloc->outcomes;

    report->fail_alloc = fail_alloc;
    report->error_count += fail_alloc->error_count;
    if (strcmp(report->verdict, "incomplete") == 0)
        return;
    if (outcomes[FAIL_CRASH] + outcomes[FAIL_HANG] + outcomes[FAIL_ERROR] > 0)
        report->verdict = "errors";
    else if (outcomes[FAIL_LEAK] > 0 && strcmp(report->verdict, "clean") == 0)
        report->verdict = "leaks";
}
