/* SPDX-License-Identifier: MIT */
#include "watched.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "figures.h"
#include "forecast.h"
#include "growth_rate.h"
#include "page_owners.h"

/* The rate of growth is computed once in so many looks, and at thorough ones. */
enum { RATE_LOOKS = 64 };

/* For each mapping: so long they are not counted again. */
enum { COUNT_INTERVAL_NS = 200000 };

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
    time_line_finish(&watched->time_line);
    limit_list_finish(&watched->latest);
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

static void copy_limit(struct limit *to, const struct limit *from)
{
    free(to->where);
    *to = *from;
    to->where = from->where ? xstrdup(from->where) : NULL;
}

/* Keeps the tighter of what is known of each limit. */
static void keep_tightest(struct limit_list *kept, const struct limit_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct limit *limit = &list->items[i];
        struct limit *known = find_limit(kept, limit);
        if (known == NULL) {
            kept->items = xgrow(kept->items, &kept->capacity, kept->count + 1, sizeof *kept->items);
            known = &kept->items[kept->count++];
            *known = (struct limit){0};
            copy_limit(known, limit);
        } else if (limit->left.known && (!known->left.known || limit->left.value < known->left.value)) {
            copy_limit(known, limit);
        }
    }
}

static void list_limits(struct watched *watched, const struct limits_context *now)
{
    limit_list_finish(&watched->latest);
    limit_list_make(now, &watched->latest);
    for (size_t i = 0; i < watched->latest.count; i++)
        watched->latest.items[i].at_ns = watched->last_ns;
    keep_tightest(&watched->tightest, &watched->latest);
}

/* `rated`: how fast it grows was computed anew. */
static void judge(struct watched *watched, const struct process_list *all, bool rated)
{
    const struct process_look *process = watched->pid ? &watched->last : NULL;
    const bool compares = watched->looks > 1 || watched->settings->own_time;
    struct check_input input = {
        .now = {&watched->machine, process, all},
        .limits = &watched->latest,
        .first_machine = compares ? &watched->first_machine : NULL,
        .first_process = compares && process ? &watched->first : NULL,
        .elapsed_ns = watched->last_ns - watched->first_ns,
        .oom_killed = watched->oom_killed,
        .settings = watched->settings->checks,
    };
    struct finding_list findings = {0};

    if (rated)
        watched->growth = input.growth = growth_estimate_of(&watched->time_line);
    list_limits(watched, &input.now);
    checks_run(&input, &findings);
    if (rated) /* what was foreseen before may have turned out otherwise */
        finding_list_drop(&watched->findings, "eta.limit");
    for (size_t i = 0; i < findings.count; i++)
        findings.items[i].at_ns = watched->last_ns;
    finding_list_merge(&watched->findings, &findings);
}

void watched_oom_killed(struct watched *watched)
{
    watched->oom_killed = true;
    judge(watched, NULL, false);
}

void watched_count_mappings(struct watched *watched, struct kernel_files *files, struct process_look *look, uint64_t now_ns,
                            bool anew)
{
    if (!anew && now_ns < watched->count_due_ns) {
        look->mappings = watched->last.mappings;
        return;
    }
    process_look_count_mappings(files, look);
    watched->count_due_ns = now_ns + look->mappings.value * COUNT_INTERVAL_NS;
}

void watched_set_look(struct watched *watched, const struct process_look *look, uint64_t now_ns)
{
    process_look_finish(&watched->last);
    watched->last = *look;
    watched->last_ns = now_ns;
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

static void add_sample(struct watched *watched)
{
    const struct process_status *status = &watched->last.status;
    const struct time_sample sample = {.at_ns = watched->last_ns,
                                       .values = {[SERIES_LIVE] = watched->live,
                                                  [SERIES_RESIDENT] = status->resident,
                                                  [SERIES_SWAPPED] = status->swapped,
                                                  [SERIES_LOCKED] = watched->locked.known ? watched->locked : status->locked,
                                                  [SERIES_MAPPINGS] = watched->last.mappings}};

    time_line_add(&watched->time_line, &sample);
}

void watched_take(struct watched *watched, enum look_depth depth)
{
    watched->looks++;
    if (watched->pid == 0) {
        if (watched->looks == 1)
            watched->first_machine = watched->machine;
    } else {
        add_sample(watched);
        if (depth == LOOK_DETAILED)
            take_pages(watched);
        if (watched->looks == 1)
            keep_first(watched);
    }
    judge(watched, depth == LOOK_DETAILED && watched->pid ? watched->all : NULL,
          watched->looks % RATE_LOOKS == 0 || depth != LOOK_BRIEF);
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
    struct growth_forecast forecast = growth_forecast_make(&subject->limits, growth_estimate_of(&watched->time_line));

    for (size_t i = 0; i < subject->first_count; i++)
        if (subject->first[i].growth == GROWTH_HEAP)
            subject->first[i].seconds = forecast.seconds;
    growth_forecast_finish(&forecast);
}

struct limits_history watched_history(const struct watched *watched)
{
    return (struct limits_history){
        .findings = finding_list_copy(&watched->findings),
        .time_line = time_line_copy(&watched->time_line),
        .forecast = growth_forecast_make(&watched->latest, watched->growth),
    };
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
