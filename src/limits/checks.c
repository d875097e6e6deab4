/* SPDX-License-Identifier: MIT */
#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

const struct check_row check_table[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, function, meaning, formula, remedy},
#include "checks.def"
};
const size_t check_count = sizeof check_table / sizeof *check_table;

const struct check_row *check_find(const char *id)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(check_table[i].id, id) == 0)
            return &check_table[i];
    return NULL;
}

const struct check_row realtime_check_table[] = {
#include "realtime_checks.def"
#undef CHECK
};
const size_t realtime_check_count = sizeof realtime_check_table / sizeof *realtime_check_table;

void realtime_checks_run(const struct check_input *input, struct finding_list *list)
{
    for (size_t i = 0; i < realtime_check_count; i++)
        realtime_check_table[i].check(input, &realtime_check_table[i], list);
}

void checks_run(const struct check_input *input, struct finding_list *list)
{
    for (size_t i = 0; i < check_count; i++)
        check_table[i].check(input, &check_table[i], list);
    if (input->settings.realtime)
        realtime_checks_run(input, list);
}

const char *realtime_check_remedy(const char *id)
{
    const struct check_row *row = realtime_check_table;

    while (strcmp(row->id, id) != 0)
        row++;
    return row->remedy;
}

void check_report(struct finding_list *list, const struct check_row *row, enum finding_severity severity, const char *subject,
                  char *what, char *numbers)
{
    list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct limit_finding){
        .id = row->id,
        .severity = severity,
        .subject = subject ? xstrdup(subject) : NULL,
        .what = what,
        .numbers = numbers,
        .remedy = xstrdup(row->remedy),
    };
}

static bool same_subject(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct limit_finding *find_finding(const struct finding_list *list, const struct limit_finding *wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, wanted->id) == 0 && same_subject(list->items[i].subject, wanted->subject))
            return &list->items[i];
    return NULL;
}

static void swap_findings(struct limit_finding *a, struct limit_finding *b)
{
    struct limit_finding kept = *a;

    *a = *b;
    *b = kept;
}

void finding_list_merge(struct finding_list *into, struct finding_list *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct limit_finding *finding = &from->items[i];
        struct limit_finding *known = find_finding(into, finding);
        if (known == NULL) {
            into->items = xgrow(into->items, &into->capacity, into->count + 1, sizeof *into->items);
            into->items[into->count++] = *finding;
            *finding = (struct limit_finding){0};
        } else if (finding->severity >= known->severity) {
            finding->at_ns = finding->severity > known->severity ? finding->at_ns : known->at_ns;
            swap_findings(finding, known);
        }
    }
    finding_list_finish(from);
}

void finding_list_drop(struct finding_list *list, const char *id)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, id) == 0)
            finding_finish(&list->items[i]);
        else
            list->items[kept++] = list->items[i];
    list->count = kept;
}
