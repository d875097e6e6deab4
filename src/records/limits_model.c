/* SPDX-License-Identifier: MIT */
#include "limits_model.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

const char *limit_effect_name(enum limit_effect effect)
{
    static const char *const names[] = {
        [EFFECT_ENOMEM] = "ENOMEM",   [EFFECT_EAGAIN] = "EAGAIN",       [EFFECT_EPERM] = "EPERM",   [EFFECT_SIGSEGV] = "SIGSEGV",
        [EFFECT_SIGKILL] = "SIGKILL", [EFFECT_THROTTLED] = "throttled", [EFFECT_FROZEN] = "frozen",
    };

    return names[effect];
}

const char *growth_name(enum growth_kind growth)
{
    static const char *const names[GROWTHS] = {
        [GROWTH_HEAP] = "heap",
        [GROWTH_SHARED] = "shared memory",
        [GROWTH_STACK] = "stack",
        [GROWTH_LOCKED] = "locked memory",
        [GROWTH_MAPPINGS] = "mappings",
        [GROWTH_TASKS] = "threads",
        [GROWTH_HUGE_PAGES] = "huge pages",
    };

    return names[growth];
}

const char *finding_severity_name(enum finding_severity severity)
{
    static const char *const names[] = {[FINDING_NOTE] = "note", [FINDING_WARNING] = "warning", [FINDING_ERROR] = "error"};

    return names[severity];
}

const char *owner_kind_name(enum owner_kind kind)
{
    static const char *const names[OWNER_KINDS] = {
        [OWNER_HEAP] = "heap", [OWNER_ARENA] = "arena",   [OWNER_STACK] = "stack",     [OWNER_THREAD_STACK] = "thread stack",
        [OWNER_FILE] = "file", [OWNER_SHARED] = "shared", [OWNER_MAPPING] = "mapping", [OWNER_KERNEL] = "kernel",
    };

    return names[kind];
}

enum limit_effect limit_effect_on(const struct limit *limit, enum growth_kind growth)
{
    return growth == GROWTH_STACK && limit->effect == EFFECT_ENOMEM ? EFFECT_SIGSEGV : limit->effect;
}

size_t finding_list_count(const struct finding_list *list, enum finding_severity least)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].severity >= least;
    return count;
}

size_t limits_report_count(const struct limits_report *report, enum finding_severity least)
{
    size_t count = finding_list_count(&report->machine.findings, least);

    for (size_t i = 0; i < report->process_count; i++)
        count += finding_list_count(&report->processes[i].findings, least);
    return count;
}

/* ---- Copies ---- */

static char *copy_text(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

void finding_list_append(struct finding_list *list, struct finding_list *more)
{
    if (more->count > 0) {
        list->items = xgrow(list->items, &list->capacity, list->count + more->count, sizeof *list->items);
        memcpy(list->items + list->count, more->items, more->count * sizeof *more->items);
        list->count += more->count;
    }
    free(more->items);
    *more = (struct finding_list){0};
}

struct finding_list finding_list_copy(const struct finding_list *list)
{
    struct finding_list copy = {.items = xcalloc(list->count, sizeof *copy.items), .count = list->count, .capacity = list->count};

    for (size_t i = 0; i < list->count; i++) {
        copy.items[i] = list->items[i];
        copy.items[i].subject = copy_text(list->items[i].subject);
        copy.items[i].what = copy_text(list->items[i].what);
        copy.items[i].numbers = copy_text(list->items[i].numbers);
        copy.items[i].remedy = copy_text(list->items[i].remedy);
    }
    return copy;
}

struct limits_history limits_history_copy(const struct limits_history *history)
{
    struct limits_history copy = {.findings = finding_list_copy(&history->findings),
                                  .time_line = time_line_copy(&history->time_line),
                                  .forecast = history->forecast};

    copy.forecast.where = copy_text(history->forecast.where);
    return copy;
}

/* ---- Release ---- */

void growth_forecast_finish(struct growth_forecast *forecast)
{
    free(forecast->where);
    *forecast = (struct growth_forecast){0};
}

void limits_history_finish(struct limits_history *history)
{
    finding_list_finish(&history->findings);
    time_line_finish(&history->time_line);
    growth_forecast_finish(&history->forecast);
}

void limit_list_finish(struct limit_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].where);
    free(list->items);
    *list = (struct limit_list){0};
}

void finding_finish(struct limit_finding *finding)
{
    free(finding->subject);
    free(finding->what);
    free(finding->numbers);
    free(finding->remedy);
}

void finding_list_finish(struct finding_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        finding_finish(&list->items[i]);
    free(list->items);
    *list = (struct finding_list){0};
}

void page_owners_finish(struct page_owners *owners)
{
    for (size_t i = 0; i < owners->count; i++)
        free(owners->items[i].name);
    free(owners->items);
    *owners = (struct page_owners){0};
}

void page_mappings_finish(struct page_mappings *mappings)
{
    for (size_t i = 0; i < mappings->count; i++)
        free(mappings->items[i].name);
    free(mappings->items);
    *mappings = (struct page_mappings){0};
}

void limits_subject_finish(struct limits_subject *subject)
{
    limit_list_finish(&subject->limits);
    finding_list_finish(&subject->findings);
    page_owners_finish(&subject->owners);
    page_mappings_finish(&subject->mappings);
    for (size_t i = 0; i < subject->note_count; i++)
        free(subject->notes[i]);
    free(subject->notes);
    free(subject->figures.items);
    free(subject->name);
    *subject = (struct limits_subject){0};
}

void limits_report_finish(struct limits_report *report)
{
    limits_subject_finish(&report->machine);
    for (size_t i = 0; i < report->process_count; i++)
        limits_subject_finish(&report->processes[i]);
    free(report->processes);
    free(report->started);
    free(report->end);
    *report = (struct limits_report){0};
}
