/* SPDX-License-Identifier: MIT */
#include "watched.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "page_owners.h"
#include "xalloc.h"

/* The rate of growth is computed once in so many looks, and at thorough ones. */
enum { RATE_LOOKS = 64 };

struct watched *watched_create(const struct watch_settings *settings, const struct process_list *all, pid_t pid, uint64_t now_ns)
{
    struct watched *watched = xcalloc(1, sizeof *watched);

    watched->settings = settings;
    watched->all = all;
    watched->pid = pid;
    watched->first_ns = now_ns;
    return watched;
}

void watched_destroy(struct watched *watched)
{
    if (watched == NULL)
        return;
    process_look_finish(&watched->first);
    process_look_finish(&watched->last);
    page_owners_finish(&watched->first_owners);
    page_owners_finish(&watched->owners);
    page_mappings_finish(&watched->first_mappings);
    page_mappings_finish(&watched->mappings);
    limit_list_finish(&watched->tightest);
    finding_list_finish(&watched->findings);
    unread_files_finish(watched->unread, watched->unread_count);
    free(watched);
}

/* ---- One look ---- */

static bool same_limit(const struct limit *a, const struct limit *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->where ? a->where : "", b->where ? b->where : "") == 0;
}

static struct limit *find_limit(const struct limit_list *list, const struct limit *wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (same_limit(&list->items[i], wanted))
            return &list->items[i];
    return NULL;
}

static void swap_limits(struct limit *a, struct limit *b)
{
    struct limit kept = *a;

    *a = *b;
    *b = kept;
}

/* Keeps the tighter of what is known of each limit. Takes over `list`. */
static void keep_tightest(struct watched *watched, struct limit_list *list)
{
    struct limit_list *kept = &watched->tightest;

    for (size_t i = 0; i < list->count; i++) {
        struct limit *limit = &list->items[i], *known = find_limit(kept, limit);
        if (known == NULL) {
            kept->items = xgrow(kept->items, &kept->capacity, kept->count + 1, sizeof *kept->items);
            kept->items[kept->count++] = *limit;
            limit->where = NULL;
        } else if (limit->left.known && (!known->left.known || limit->left.value < known->left.value)) {
            swap_limits(known, limit);
        }
    }
    limit_list_finish(list);
}

void watched_judge(struct watched *watched, const struct process_list *all)
{
    const struct process_look *process = watched->pid ? &watched->last : NULL;
    struct check_input input = {
        .now = {&watched->machine, process, all},
        .first_machine = watched->looks > 1 ? &watched->first_machine : NULL,
        .first_process = watched->looks > 1 && process ? &watched->first : NULL,
        .elapsed_ns = watched->last_ns - watched->first_ns,
        .oom_killed = watched->oom_killed,
        .settings = watched->settings->checks,
    };
    struct finding_list findings = {0};
    struct limit_list limits;

    limit_list_make(&input.now, &limits);
    for (size_t i = 0; i < limits.count; i++)
        limits.items[i].at_ns = watched->last_ns;
    input.limits = &limits;
    if (watched->looks % RATE_LOOKS == 0 || all)
        input.rate = growth_rate(&watched->samples);
    checks_run(&input, &findings);
    for (size_t i = 0; i < findings.count; i++)
        findings.items[i].at_ns = watched->last_ns;
    finding_list_merge(&watched->findings, &findings);
    keep_tightest(watched, &limits);
}

static uint64_t weight_of(const struct process_look *look)
{
    return look->status.resident.value + look->status.swapped.value;
}

/* Whether the mappings are worth another look: they cost much, so not before the process has grown by a tenth and 1 MiB. */
bool watched_has_grown(const struct watched *watched, const struct process_look *look)
{
    uint64_t before = watched->detailed_at;

    return weight_of(look) > before + before / 10 + (1 << 20);
}

static void take_pages(struct watched *watched)
{
    const struct process_look *look = &watched->last;

    watched->detailed_at = weight_of(look);
    if (watched->looks == 1) {
        page_owners_make(&look->each, &watched->first_owners);
        page_mappings_make(&look->each, &watched->first_mappings);
    }
    if (watched->settings->keep_peak && watched->shown_at > watched->detailed_at)
        return;
    watched->shown_at = watched->detailed_at;
    watched->pages = look->pages;
    watched->merging = look->merging;
    page_owners_finish(&watched->owners);
    page_mappings_finish(&watched->mappings);
    page_owners_make(&look->each, &watched->owners);
    page_mappings_make(&look->each, &watched->mappings);
}

/* Of the first look only numbers are needed later. */
static void keep_first(struct watched *watched)
{
    watched->first_machine = watched->machine;
    watched->first = watched->last;
    watched->first.each = (struct process_pages){0};
    watched->first.schedules = (struct thread_schedules){0};
    control_groups_copy(&watched->first.groups, &watched->last.groups);
}

void watched_take(struct watched *watched, bool details)
{
    watched->looks++;
    if (watched->pid == 0) {
        if (watched->looks == 1)
            watched->first_machine = watched->machine;
    } else {
        growth_samples_add(&watched->samples, watched->last_ns, weight_of(&watched->last));
        if (details)
            take_pages(watched);
        if (watched->looks == 1)
            keep_first(watched);
    }
    watched_judge(watched, details && watched->pid ? watched->all : NULL);
}

/* ---- What it comes to ---- */

static void add_note(struct limits_subject *subject, char *note)
{
    subject->notes = xgrow(subject->notes, &subject->note_capacity, subject->note_count + 1, sizeof *subject->notes);
    subject->notes[subject->note_count++] = note;
}

/* A kernel without a file is no news; a file that may not be read is. */
static void make_notes(const struct watched *watched, struct limits_subject *subject)
{
    for (size_t i = 0; i < watched->unread_count; i++)
        if (watched->unread[i].error != ENOENT)
            add_note(subject, xasprintf("/%s: %s", watched->unread[i].path, strerror(watched->unread[i].error)));
    if (watched->last.groups.more_outside)
        add_note(subject, xstrdup("there are control groups around the outermost that is to be seen here"));
    if (subject->owners.skipped > 0)
        add_note(subject, xasprintf("%zu mappings could not be understood", subject->owners.skipped));
}

static void estimate_times(const struct watched *watched, struct limits_subject *subject)
{
    double rate = growth_rate(&watched->samples);

    for (size_t i = 0; i < subject->first_count && rate > 0; i++) {
        struct first_limit *first = &subject->first[i];
        if (first->growth == GROWTH_HEAP)
            first->seconds = known_value((uint64_t)((double)subject->limits.items[first->index].left.value / rate));
    }
}

/* Moves what was seen into `subject`. */
void watched_conclude(struct watched *watched, struct limits_subject *subject)
{
    struct limits_context context = {&watched->machine, watched->pid ? &watched->last : NULL, watched->all};

    *subject = (struct limits_subject){
        .pid = watched->pid,
        .name = *watched->last.status.name ? xstrdup(watched->last.status.name) : NULL,
        .user = watched->last.status.user,
        .looks = watched->looks,
        .first_ns = watched->first_ns,
        .last_ns = watched->last_ns,
        .limits = watched->tightest,
        .findings = watched->findings,
        .owners = watched->owners,
        .mappings = watched->mappings,
    };
    watched->tightest = (struct limit_list){0};
    watched->findings = (struct finding_list){0};
    watched->owners = (struct page_owners){0};
    watched->mappings = (struct page_mappings){0};
    watched->last.pages = watched->pages;
    watched->last.merging = watched->merging;
    subject->first_count = limit_list_all_first(&subject->limits, subject->first);
    estimate_times(watched, subject);
    figures_make(&context, &subject->figures);
    page_owners_compare(&watched->first_owners, &subject->owners);
    page_mappings_compare(&watched->first_mappings, &subject->mappings);
    make_notes(watched, subject);
}
