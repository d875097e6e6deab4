/* SPDX-License-Identifier: MIT */
#include "report_findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report_finding_text.h"
#include "source_path.h"
#include "xalloc.h"

struct listing {
    struct report_findings *findings;
    const struct report_view *view;
    const struct report_process *process;
};

static struct report_finding *add(struct listing *listing, const struct report_rule *rule, enum finding_severity severity,
                                  char *message)
{
    struct report_findings *findings = listing->findings;

    findings->items = xgrow(findings->items, &findings->capacity, findings->count + 1, sizeof *findings->items);
    struct report_finding *finding = &findings->items[findings->count];
    *finding = (struct report_finding){
        .rule = rule, .severity = severity, .process = listing->process, .message = message, .order = findings->count};
    findings->count++;
    return finding;
}

static void add_stack(struct report_finding *finding, const char *title, const struct report_stack *stack)
{
    if (finding->stack_count < REPORT_FINDING_STACKS_MAX && (stack->frame_count > 0 || stack->content || title == NULL))
        finding->stacks[finding->stack_count++] = (struct report_finding_stack){title, stack};
}

/* ---- The kinds of findings ---- */

static enum finding_severity severity_of_leak(const struct report_leak *leak, bool is_error)
{
    if (leak->novelty == NOVELTY_KNOWN)
        return FINDING_NOTE;
    if (leak->kind == LEAK_DEFINITE)
        return FINDING_ERROR;
    return leak->kind == LEAK_POSSIBLE || is_error ? FINDING_WARNING : FINDING_NOTE;
}

static void add_leak(struct listing *listing, const struct report_leak *leak)
{
    const unsigned kind = 1u << leak->kind;
    const bool is_error = (listing->view->error_kinds & kind) && leak->novelty != NOVELTY_KNOWN;

    if (leak->kind == LEAK_SUPPRESSED || !((listing->view->show_kinds | listing->view->error_kinds) & kind))
        return;
    struct report_finding *finding =
        add(listing, report_rule_of_kind(leak->kind), severity_of_leak(leak, is_error), report_leak_text(leak));
    finding->is_error = is_error;
    finding->novelty = leak->novelty;
    finding->bytes = leak->direct.bytes + leak->indirect.bytes;
    finding->fingerprint = fingerprint_of_leak(leak);
    add_stack(finding, NULL, &leak->stack);
}

static void add_error(struct listing *listing, const struct report_error *error)
{
    const bool is_error = error->novelty != NOVELTY_KNOWN;
    char *id = xasprintf("memory.%s", error->kind);
    struct report_finding *finding =
        add(listing, report_rule_find(id), is_error ? FINDING_ERROR : FINDING_NOTE, report_error_text(error));

    free(id);
    finding->is_error = is_error;
    finding->novelty = error->novelty;
    finding->fingerprint = fingerprint_of_error(error);
    add_stack(finding, NULL, &error->stack);
    add_stack(finding, "the block was allocated", &error->allocated);
    add_stack(finding, "the block was first freed", &error->freed);
}

/* The program's own only: standard streams, and what others opened, are no leak of this process. */
static void add_descriptors(struct listing *listing, const struct report_descriptors *group)
{
    const struct report_descriptor *first = NULL;
    size_t count = 0;

    if (!listing->process->descriptors_tracked || group->origin == ORIGIN_INHERITED)
        return;
    for (size_t i = 0; i < group->count; i++) {
        if (group->open[i].number <= STDERR_FILENO)
            continue;
        first = first ? first : &group->open[i];
        count++;
    }
    if (count == 0)
        return;
    struct report_finding *finding =
        add(listing, report_rule_find("descriptor.open"), FINDING_WARNING, report_descriptors_text(first, count));
    finding->fingerprint = fingerprint_of_descriptors(group);
    add_stack(finding, NULL, &group->stack);
}

static const struct report_stack no_stack;

static void add_lock_finding(struct listing *listing, const struct report_lock_finding *lock)
{
    struct report_finding *finding = add(listing, report_rule_find(lock->id), lock->severity, report_lock_finding_text(lock));

    finding->fingerprint = fingerprint_of_rule(lock->id, lock->stack_count > 0 ? &lock->stacks[0] : &no_stack);
    for (size_t i = 0; i < lock->stack_count; i++)
        add_stack(finding, i == 0 ? NULL : lock_role_text(lock->roles[i]), &lock->stacks[i]);
}

/* What was allocated then, the most first. */
static void add_sites(struct report_finding *finding, const struct report_threshold *threshold)
{
    for (size_t i = 0; i < threshold->site_count; i++)
        add_stack(finding, i == 0 ? NULL : "more was allocated", &threshold->sites[i].stack);
}

static void add_threshold(struct listing *listing, const struct report_threshold *threshold)
{
    struct report_finding *finding =
        add(listing, report_rule_find("threshold.crossed"), FINDING_ERROR, report_threshold_text(threshold));
    const struct report_stack which = {.content = threshold_name(threshold->kind)};

    finding->is_error = true;
    finding->fingerprint = fingerprint_of_rule(finding->rule->id, &which);
    add_sites(finding, threshold);
}

static void add_limit_warning(struct listing *listing, const struct report_limit_warning *warning)
{
    struct report_finding *finding =
        add(listing, report_rule_find("limit.near"), FINDING_WARNING, report_limit_warning_text(warning));
    const struct report_stack which = {.content = warning->name};

    finding->fingerprint = fingerprint_of_rule(finding->rule->id, &which);
    add_sites(finding, &warning->at);
}

static void add_refused_call(struct listing *listing, const struct report_refused_call *refused)
{
    struct report_finding *finding =
        add(listing, report_rule_find("memory.refused"), FINDING_WARNING, report_refused_call_text(refused));

    finding->fingerprint = fingerprint_of_rule(finding->rule->id, &refused->stack);
    add_stack(finding, NULL, &refused->stack);
}

/* `what` stays the same from run to run. */
static void add_unseen(struct listing *listing, enum finding_severity severity, char *message, const char *what)
{
    struct report_finding *finding = add(listing, report_rule_find("coverage.incomplete"), severity, message);
    const struct report_stack content = {.content = what};

    finding->is_unseen = true;
    finding->fingerprint = fingerprint_of_rule(finding->rule->id, &content);
}

static void add_dropped(struct listing *listing, uint64_t count, const char *what)
{
    if (count > 0)
        add_unseen(listing, FINDING_WARNING, xasprintf("Further %s that were not recorded: %" PRIu64, what, count), what);
}

static void add_coverage(struct listing *listing)
{
    const struct report_process *process = listing->process;
    const enum finding_severity severity = process->coverage == COVERAGE_NONE ? FINDING_WARNING : FINDING_NOTE;
    const char *what = process->coverage == COVERAGE_NONE ? "The heap was not seen" : "Not all was seen";

    for (size_t i = 0; i < process->reason_count; i++)
        add_unseen(listing, severity, xasprintf("%s: %s", what, process->reasons[i]), process->reasons[i]);
    if (process->reason_count == 0 && process->coverage != COVERAGE_FULL)
        add_unseen(listing, severity, xstrdup(what), what);
    if (!process->leak_checked && process->end != END_EXEC && process->coverage != COVERAGE_NONE)
        add_unseen(listing, FINDING_NOTE, xstrdup("Not checked for leaks"), "leaks");
    add_dropped(listing, process->errors_dropped, "memory errors");
    add_dropped(listing, process->thresholds_dropped, "crossings of thresholds");
    add_dropped(listing, process->refused_dropped, "failed calls");
}

static void add_process(struct listing *listing)
{
    const struct report_process *process = listing->process;

    for (size_t i = 0; i < process->error_count; i++)
        add_error(listing, &process->errors[i]);
    for (size_t i = 0; i < process->leak_count; i++)
        add_leak(listing, &process->leaks[i]);
    for (size_t i = 0; i < process->threshold_count; i++)
        add_threshold(listing, &process->thresholds[i]);
    for (size_t i = 0; i < process->descriptor_count; i++)
        add_descriptors(listing, &process->descriptors[i]);
    for (size_t i = 0; i < process->locks.finding_count; i++)
        add_lock_finding(listing, &process->locks.findings[i]);
    for (size_t i = 0; i < process->limit_warning_count; i++)
        add_limit_warning(listing, &process->limit_warnings[i]);
    for (size_t i = 0; i < process->refused_count; i++)
        add_refused_call(listing, &process->refused[i]);
    add_coverage(listing);
}

/* ---- Places ---- */

static bool is_own_module(const struct report_process *process, const char *module, const char *source_root)
{
    if (module == NULL)
        return false;
    if (process->executable && strcmp(module, process->executable) == 0)
        return true;
    char *relative = source_path_relative(source_root, module);
    free(relative);
    return relative != NULL;
}

char *report_source_path(const struct report_process *process, const struct report_frame *frame, const char *source_root)
{
    if (frame->file == NULL || (frame->file[0] != '/' && !is_own_module(process, frame->module, source_root)))
        return NULL;
    return source_path_relative(source_root, frame->file);
}

static void place_at(struct report_finding *finding, const struct report_frame *frame, char *path)
{
    finding->path = path;
    finding->line = frame->line;
    finding->function = frame->function;
}

static bool place_in_source_root(struct report_finding *finding, const struct report_stack *stack, const char *root)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        char *path = report_source_path(finding->process, stack->frames[i], root);
        if (path == NULL)
            continue;
        place_at(finding, stack->frames[i], path);
        return finding->in_source_root = true;
    }
    return false;
}

static bool place_in_source(struct report_finding *finding, const struct report_stack *stack)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        if (stack->frames[i]->file == NULL)
            continue;
        place_at(finding, stack->frames[i], xstrdup(stack->frames[i]->file));
        return true;
    }
    return false;
}

static void place_in_program(struct report_finding *finding, const struct report_stack *stack)
{
    const char *executable = finding->process->executable;

    finding->path = xstrdup(executable && *executable ? executable : "unknown");
    if (stack->frame_count > 0)
        finding->function = stack->frames[0]->function;
}

static void place(struct report_finding *finding, const char *root)
{
    const struct report_stack *stack = finding->stack_count > 0 ? finding->stacks[0].stack : &no_stack;

    if (!place_in_source_root(finding, stack, root) && !place_in_source(finding, stack))
        place_in_program(finding, stack);
    if (finding->function == NULL)
        return;
    char *message = finding->message;
    finding->message = xasprintf("%s, in %s", message, finding->function);
    free(message);
}

/* ---- The list ---- */

static int compare(const void *first, const void *second)
{
    const struct report_finding *a = first, *b = second;

    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void report_findings_make(const struct report *report, const struct report_view *view, struct report_findings *findings)
{
    struct listing listing = {.findings = findings, .view = view};

    *findings = (struct report_findings){0};
    for (size_t i = 0; i < report->process_count; i++) {
        listing.process = &report->processes[i];
        add_process(&listing);
    }
    for (size_t i = 0; i < findings->count; i++)
        place(&findings->items[i], view->source_root);
    if (findings->count > 0)
        qsort(findings->items, findings->count, sizeof *findings->items, compare);
}

void report_findings_finish(struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].message);
        free(findings->items[i].path);
    }
    free(findings->items);
    *findings = (struct report_findings){0};
}

struct report_finding_counts report_findings_count(const struct report_findings *findings, const struct report_process *process)
{
    struct report_finding_counts counts = {0};

    for (size_t i = 0; i < findings->count; i++) {
        const struct report_finding *finding = &findings->items[i];
        if (process && finding->process != process)
            continue;
        counts.all++;
        counts.errors += finding->is_error;
        counts.unseen += finding->is_unseen;
    }
    return counts;
}
