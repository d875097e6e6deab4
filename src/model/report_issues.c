/* SPDX-License-Identifier: MIT */
#include "report_issues.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "report_issue_text.h"
#include "source_path.h"

struct listing {
    struct report_issues *issues;
    const struct report_view *view;
    const struct report_process *process;
};

static struct report_issue *add(struct listing *listing, const struct report_rule *rule, enum finding_severity severity,
                                char *message)
{
    struct report_issues *issues = listing->issues;

    issues->items = xgrow(issues->items, &issues->capacity, issues->count + 1, sizeof *issues->items);
    struct report_issue *issue = &issues->items[issues->count];
    *issue = (struct report_issue){
        .rule = rule, .severity = severity, .process = listing->process, .message = message, .order = issues->count};
    issues->count++;
    return issue;
}

static void add_stack(struct report_issue *issue, const char *title, const struct report_stack *stack)
{
    if (issue->stack_count < REPORT_ISSUE_STACKS_MAX && (stack->frame_count > 0 || stack->content || title == NULL))
        issue->stacks[issue->stack_count++] = (struct report_issue_stack){title, stack};
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
    struct report_issue *issue =
        add(listing, report_rule_of_kind(leak->kind), severity_of_leak(leak, is_error), report_leak_text(leak));
    issue->is_error = is_error;
    issue->novelty = leak->novelty;
    issue->bytes = leak->direct.bytes + leak->indirect.bytes;
    issue->fingerprint = fingerprint_of_leak(leak);
    add_stack(issue, NULL, &leak->stack);
}

static void add_error(struct listing *listing, const struct report_error *error)
{
    const bool is_error = error->novelty != NOVELTY_KNOWN;
    char *id = xasprintf("memory.%s", error->kind);
    struct report_issue *issue =
        add(listing, report_rule_find(id), is_error ? FINDING_ERROR : FINDING_NOTE, report_error_text(error));

    free(id);
    issue->is_error = is_error;
    issue->novelty = error->novelty;
    issue->fingerprint = fingerprint_of_error(error);
    add_stack(issue, NULL, &error->stack);
    add_stack(issue, "the block was allocated", &error->allocated);
    add_stack(issue, "the block was first freed", &error->freed);
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
    struct report_issue *issue =
        add(listing, report_rule_find("descriptor.open"), FINDING_WARNING, report_descriptors_text(first, count));
    issue->fingerprint = fingerprint_of_descriptors(group);
    add_stack(issue, NULL, &group->stack);
}

static const struct report_stack no_stack;

/* Of a check that knows where in the code it was. */
static void add_finding(struct listing *listing, const struct report_finding *finding)
{
    struct report_issue *issue = add(listing, report_rule_find(finding->id), finding->severity,
                                     report_check_text(finding->what, finding->numbers, finding->count));

    issue->fingerprint = fingerprint_of_check(finding->id, report_finding_place(finding));
    for (size_t i = 0; i < finding->stack_count; i++)
        add_stack(issue, i == 0 ? NULL : finding_role_text(finding->roles[i]), &finding->stacks[i]);
}

/* Of a check that does not. */
static void add_limit_finding(struct listing *listing, const struct limit_finding *finding)
{
    const struct report_stack which = {.content = finding->subject};

    add(listing, report_rule_find(finding->id), finding->severity, report_check_text(finding->what, finding->numbers, 1))
        ->fingerprint = fingerprint_of_check(finding->id, &which);
}

static void add_limit_findings(struct listing *listing, const struct finding_list *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        add_limit_finding(listing, &findings->items[i]);
}

/* What was allocated then, the most first. */
static void add_sites(struct report_issue *issue, const struct report_threshold *threshold)
{
    for (size_t i = 0; i < threshold->site_count; i++)
        add_stack(issue, i == 0 ? NULL : "more was allocated", &threshold->sites[i].stack);
}

static void add_threshold(struct listing *listing, const struct report_threshold *threshold)
{
    struct report_issue *issue =
        add(listing, report_rule_find("threshold.crossed"), FINDING_ERROR, report_threshold_text(threshold));

    issue->is_error = true;
    issue->fingerprint = fingerprint_of_threshold(threshold);
    add_sites(issue, threshold);
}

static void add_limit_warning(struct listing *listing, const struct report_limit_warning *warning)
{
    struct report_issue *issue =
        add(listing, report_rule_find(warning->check), FINDING_WARNING, report_check_text(warning->what, warning->numbers, 1));
    const struct report_stack which = {.content = warning->name};

    issue->fingerprint = fingerprint_of_check(issue->rule->id, &which);
    add_sites(issue, &warning->at);
}

static void add_refused_call(struct listing *listing, const struct report_refused_call *refused)
{
    const enum finding_severity severity = refused->severity > FINDING_WARNING ? refused->severity : FINDING_WARNING;
    struct report_issue *issue = add(listing, report_rule_find(refused->check), severity, report_refused_call_text(refused));

    issue->fingerprint = fingerprint_of_check(issue->rule->id, &refused->stack);
    add_stack(issue, NULL, &refused->stack);
}

static void add_oom_death(struct listing *listing, const struct report_oom_death *death)
{
    if (!death->known)
        return;
    struct report_issue *issue =
        add(listing, report_rule_find(OOM_KILLED_CHECK), FINDING_ERROR,
            xasprintf("Killed by the OOM killer: %s", death->limit.name ? death->limit.name : "for which limit is not known"));
    issue->fingerprint = fingerprint_of_check(OOM_KILLED_CHECK, NULL);
    add_sites(issue, &death->limit.at);
}

/* `what` stays the same from run to run. */
static void add_unseen(struct listing *listing, enum finding_severity severity, char *message, const char *what)
{
    struct report_issue *issue = add(listing, report_rule_find("coverage.incomplete"), severity, message);
    const struct report_stack content = {.content = what};

    issue->is_unseen = true;
    issue->fingerprint = fingerprint_of_check(issue->rule->id, &content);
}

static void add_dropped(struct listing *listing, uint64_t count, const char *what)
{
    if (count > 0)
        add_unseen(listing, FINDING_WARNING, xasprintf("Further %s that were not recorded: %" PRIu64, what, count), what);
}

/* All was seen, and there is something to say of it. */
static void add_note(struct listing *listing, const char *note)
{
    const struct report_stack content = {.content = note};
    struct report_issue *issue = add(listing, report_rule_find("process.note"), FINDING_NOTE, xstrdup(note));

    issue->fingerprint = fingerprint_of_check(issue->rule->id, &content);
}

static void add_reasons(struct listing *listing)
{
    const struct report_process *process = listing->process;
    const enum finding_severity severity = process->coverage == COVERAGE_NONE ? FINDING_WARNING : FINDING_NOTE;
    const char *what = process->coverage == COVERAGE_NONE ? "The heap was not seen" : "Not all was seen";

    for (size_t i = 0; i < process->reason_count; i++) {
        if (process->coverage == COVERAGE_FULL)
            add_note(listing, process->reasons[i]);
        else
            add_unseen(listing, severity, xasprintf("%s: %s", what, process->reasons[i]), process->reasons[i]);
    }
    if (process->reason_count == 0 && process->coverage != COVERAGE_FULL)
        add_unseen(listing, severity, xstrdup(what), what);
}

static void add_coverage(struct listing *listing)
{
    const struct report_process *process = listing->process;

    add_reasons(listing);
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
    for (size_t i = 0; i < process->locks.findings.count; i++)
        add_finding(listing, &process->locks.findings.items[i]);
    for (size_t i = 0; i < process->realtime.findings.count; i++)
        add_finding(listing, &process->realtime.findings.items[i]);
    add_limit_findings(listing, &process->limits.findings);
    add_limit_findings(listing, &process->duplicates.findings);
    for (size_t i = 0; i < process->limit_warning_count; i++)
        add_limit_warning(listing, &process->limit_warnings[i]);
    for (size_t i = 0; i < process->refused_count; i++)
        add_refused_call(listing, &process->refused[i]);
    add_oom_death(listing, &process->oom_death);
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

static void place_at(struct report_issue *issue, const struct report_frame *frame, char *path)
{
    issue->path = path;
    issue->line = frame->line;
    issue->function = frame->function;
}

static bool place_in_source_root(struct report_issue *issue, const struct report_stack *stack, const char *root)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        char *path = report_source_path(issue->process, stack->frames[i], root);
        if (path == NULL)
            continue;
        place_at(issue, stack->frames[i], path);
        return issue->in_source_root = true;
    }
    return false;
}

static bool place_in_source(struct report_issue *issue, const struct report_stack *stack)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        if (stack->frames[i]->file == NULL)
            continue;
        place_at(issue, stack->frames[i], xstrdup(stack->frames[i]->file));
        return true;
    }
    return false;
}

static void place_in_program(struct report_issue *issue, const struct report_stack *stack)
{
    const char *executable = issue->process->executable;

    issue->path = xstrdup(executable && *executable ? executable : "unknown");
    if (stack->frame_count > 0)
        issue->function = stack->frames[0]->function;
}

static void place(struct report_issue *issue, const char *root)
{
    const struct report_stack *stack = issue->stack_count > 0 ? issue->stacks[0].stack : &no_stack;

    if (!place_in_source_root(issue, stack, root) && !place_in_source(issue, stack))
        place_in_program(issue, stack);
    if (issue->function == NULL)
        return;
    char *message = issue->message;
    issue->message = xasprintf("%s, in %s", message, issue->function);
    free(message);
}

/* ---- The list ---- */

static int compare(const void *first, const void *second)
{
    const struct report_issue *a = first, *b = second;

    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void report_issues_make(const struct report *report, const struct report_view *view, struct report_issues *issues)
{
    struct listing listing = {.issues = issues, .view = view};

    *issues = (struct report_issues){0};
    for (size_t i = 0; i < report->process_count; i++) {
        listing.process = &report->processes[i];
        if (i == 0) /* of the machine: no format has a place for it */
            add_limit_findings(&listing, &report->machine_findings);
        add_process(&listing);
    }
    for (size_t i = 0; i < issues->count; i++)
        place(&issues->items[i], view->source_root);
    if (issues->count > 0)
        qsort(issues->items, issues->count, sizeof *issues->items, compare);
}

void report_issues_finish(struct report_issues *issues)
{
    for (size_t i = 0; i < issues->count; i++) {
        free(issues->items[i].message);
        free(issues->items[i].path);
    }
    free(issues->items);
    *issues = (struct report_issues){0};
}

struct report_issue_counts report_issues_count(const struct report_issues *issues, const struct report_process *process)
{
    struct report_issue_counts counts = {0};

    for (size_t i = 0; i < issues->count; i++) {
        const struct report_issue *issue = &issues->items[i];
        if (process && issue->process != process)
            continue;
        counts.all++;
        counts.errors += issue->is_error;
        counts.unseen += issue->is_unseen;
    }
    return counts;
}
