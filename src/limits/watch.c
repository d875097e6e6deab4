/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "growth_rate.h"
#include "kernel_files.h"
#include "look.h"
#include "page_owners.h"
#include "process_list.h"
#include "xalloc.h"

/* For each mapping: so long it is not counted again. */
enum { COUNT_INTERVAL_NS = 200000 };

/* The rate of growth is computed once in so many looks, and at thorough ones. */
enum { RATE_LOOKS = 64 };

/* A look at the machine holds for so long for all processes. */
enum { MACHINE_AGE_NS = 20000000 };

/* A process, or the machine, over all looks at it. */
struct watched {
    struct watched *next;
    pid_t pid; /* 0: the machine */
    struct machine_look first_machine, machine;
    struct process_look first, last; /* unused of the machine */
    uint64_t first_ns, last_ns;
    size_t looks;
    bool oom_killed;
    struct growth_samples samples;
    uint64_t count_due_ns;    /* when the mappings may be counted again */
    uint64_t detailed_at;     /* resident and swapped bytes at the last look at its mappings */
    uint64_t shown_at;        /* the same, of those that are in `owners` */
    struct page_counts pages; /* likewise, as the next one */
    struct merging_process merging;
    struct page_owners first_owners, owners;
    struct page_mappings first_mappings, mappings;
    struct process_list all; /* at the last look that read it */
    struct limit_list tightest;
    struct finding_list findings;
    struct unread_file *unread; /* of the last look */
    size_t unread_count;
};

struct watch {
    struct watch_settings settings;
    struct kernel_files files;
    struct machine_look machine;  /* the last look */
    uint64_t machine_ns;          /* when that was; UINT64_MAX: not yet */
    struct watched *first, **end; /* in the order of the first looks; the machine is among them */
};

struct watch *watch_create(const struct watch_settings *settings)
{
    struct watch *watch = xcalloc(1, sizeof *watch);

    watch->settings = *settings;
    kernel_files_init(&watch->files, settings->root);
    watch->end = &watch->first;
    watch->machine_ns = UINT64_MAX;
    return watch;
}

static void forget_unread(struct watched *watched)
{
    for (size_t i = 0; i < watched->unread_count; i++)
        free(watched->unread[i].path);
    free(watched->unread);
    watched->unread = NULL;
    watched->unread_count = 0;
}

static void watched_destroy(struct watched *watched)
{
    process_look_finish(&watched->first);
    process_look_finish(&watched->last);
    page_owners_finish(&watched->first_owners);
    page_owners_finish(&watched->owners);
    page_mappings_finish(&watched->first_mappings);
    page_mappings_finish(&watched->mappings);
    process_list_finish(&watched->all);
    limit_list_finish(&watched->tightest);
    finding_list_finish(&watched->findings);
    forget_unread(watched);
    free(watched);
}

void watch_destroy(struct watch *watch)
{
    if (watch == NULL)
        return;
    for (struct watched *next, *watched = watch->first; watched; watched = next) {
        next = watched->next;
        watched_destroy(watched);
    }
    kernel_files_finish(&watch->files);
    free(watch);
}

bool watch_has_process(const struct watch *watch)
{
    for (const struct watched *watched = watch->first; watched; watched = watched->next)
        if (watched->pid != 0)
            return true;
    return false;
}

/* A number may be given to another process later: they are told apart by when they began. */
static struct watched *find(struct watch *watch, pid_t pid, struct known start_ticks)
{
    for (struct watched *watched = watch->first; watched; watched = watched->next)
        if (watched->pid == pid && watched->first.stat.start_ticks.value == start_ticks.value)
            return watched;
    return NULL;
}

static struct watched *add(struct watch *watch, pid_t pid, uint64_t now_ns)
{
    struct watched *watched = xcalloc(1, sizeof *watched);

    watched->pid = pid;
    watched->first_ns = now_ns;
    *watch->end = watched;
    watch->end = &watched->next;
    return watched;
}

/* ---- One look ---- */

/* Keeps the tighter of what is known of each limit. Takes over `list`. */
static void keep_tightest(struct watched *watched, struct limit_list *list)
{
    struct limit_list *kept = &watched->tightest;

    for (size_t i = 0; i < list->count; i++) {
        struct limit *limit = &list->items[i], *known = NULL;
        for (size_t k = 0; k < kept->count && known == NULL; k++)
            if (strcmp(kept->items[k].name, limit->name) == 0 &&
                strcmp(kept->items[k].where ? kept->items[k].where : "", limit->where ? limit->where : "") == 0)
                known = &kept->items[k];
        if (known == NULL) {
            kept->items = xgrow(kept->items, &kept->capacity, kept->count + 1, sizeof *kept->items);
            kept->items[kept->count++] = *limit;
        } else if (limit->left.known && (!known->left.known || limit->left.value < known->left.value)) {
            struct limit looser = *known;
            *known = *limit;
            free(looser.where);
        } else {
            free(limit->where);
        }
    }
    free(list->items);
    *list = (struct limit_list){0};
}

static void judge(struct watch *watch, struct watched *watched, const struct process_list *all)
{
    const struct process_look *process = watched->pid ? &watched->last : NULL;
    struct check_input input = {
        .now = {&watched->machine, process, all},
        .first_machine = watched->looks > 1 ? &watched->first_machine : NULL,
        .first_process = watched->looks > 1 && process ? &watched->first : NULL,
        .elapsed_ns = watched->last_ns - watched->first_ns,
        .oom_killed = watched->oom_killed,
        .settings = watch->settings.checks,
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

/* Of processes that are looked at one after the other, the machine is the same. */
static void look_at_machine(struct watch *watch, struct watched *watched, uint64_t now_ns)
{
    if (watch->machine_ns == UINT64_MAX || now_ns < watch->machine_ns || now_ns - watch->machine_ns >= MACHINE_AGE_NS) {
        machine_look_read(&watch->files, &watch->machine);
        watch->machine_ns = now_ns;
    }
    watched->machine = watch->machine;
}

/* Whether the mappings are worth another look: they cost much, so not before the process has grown by a tenth and 1 MiB. */
static bool has_grown(const struct watched *watched, const struct process_look *look)
{
    uint64_t before = watched->detailed_at;

    return weight_of(look) > before + before / 10 + (1 << 20);
}

static void take_pages(struct watch *watch, struct watched *watched)
{
    const struct process_look *look = &watched->last;

    watched->detailed_at = weight_of(look);
    if (watched->looks == 1) {
        page_owners_make(&look->each, &watched->first_owners);
        page_mappings_make(&look->each, &watched->first_mappings);
    }
    if (watch->settings.keep_peak && watched->shown_at > watched->detailed_at)
        return;
    watched->shown_at = watched->detailed_at;
    watched->pages = look->pages;
    watched->merging = look->merging;
    page_owners_finish(&watched->owners);
    page_mappings_finish(&watched->mappings);
    page_owners_make(&look->each, &watched->owners);
    page_mappings_make(&look->each, &watched->mappings);
}

/* To count many mappings takes long: at 0.4 us each, not more than 0.2% of the time is spent on it. */
static void count_mappings(struct watch *watch, struct watched *watched, struct process_look *look, uint64_t now_ns)
{
    if (now_ns < watched->count_due_ns) {
        look->mappings = watched->last.mappings;
        return;
    }
    process_look_count_mappings(&watch->files, look);
    watched->count_due_ns = now_ns + look->mappings.value * COUNT_INTERVAL_NS;
}

/* Of the first look only numbers are needed later. */
static void keep_first(struct watched *watched)
{
    watched->first_machine = watched->machine;
    watched->first = watched->last;
    watched->first.each = (struct process_pages){0};
    control_groups_copy(&watched->first.groups, &watched->last.groups);
}

/* What could not be read is told by the thorough looks. */
static void keep_unread(struct watch *watch, struct watched *watched)
{
    forget_unread(watched);
    watched->unread = watch->files.unread;
    watched->unread_count = watch->files.unread_count;
    watch->files.unread = NULL;
    watch->files.unread_count = watch->files.unread_capacity = 0;
}

int watch_process(struct watch *watch, pid_t pid, uint64_t now_ns, bool thorough)
{
    struct process_look look;
    int error = process_look_read(&watch->files, pid, &look);

    if (error || look.stat.state == 'Z' || look.stat.state == 'X') {
        process_look_finish(&look);
        kernel_files_forget(&watch->files);
        return error ? error : -ESRCH;
    }
    struct watched *watched = find(watch, pid, look.stat.start_ticks);
    if (watched == NULL)
        watched = add(watch, pid, now_ns);
    bool details = thorough || watched->looks == 0 || has_grown(watched, &look);
    if (details)
        process_look_read_pages(&watch->files, &look);
    if (thorough)
        watched->count_due_ns = 0;
    count_mappings(watch, watched, &look, now_ns);
    process_look_finish(&watched->last);
    watched->last = look;
    watched->last_ns = now_ns;
    watched->looks++;
    look_at_machine(watch, watched, now_ns);
    growth_samples_add(&watched->samples, now_ns, weight_of(&look));
    if (details) {
        process_list_finish(&watched->all);
        process_list_read(&watch->files, &watched->all);
        take_pages(watch, watched);
        keep_unread(watch, watched);
    }
    if (watched->looks == 1)
        keep_first(watched);
    judge(watch, watched, details ? &watched->all : NULL);
    kernel_files_forget(&watch->files);
    return 0;
}

void watch_oom_killed(struct watch *watch, pid_t pid)
{
    struct watched *last = NULL;

    for (struct watched *watched = watch->first; watched; watched = watched->next)
        if (watched->pid == pid)
            last = watched;
    if (last == NULL)
        return;
    last->oom_killed = true;
    judge(watch, last, NULL);
}

void watch_machine(struct watch *watch, uint64_t now_ns)
{
    struct watched *watched = find(watch, 0, (struct known){0});

    if (watched == NULL)
        watched = add(watch, 0, now_ns);
    look_at_machine(watch, watched, now_ns);
    watched->last_ns = now_ns;
    if (watched->looks++ == 0)
        watched->first_machine = watched->machine;
    keep_unread(watch, watched);
    judge(watch, watched, NULL);
}

/* ---- The report ---- */

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
static void make_subject(struct watched *watched, struct limits_subject *subject)
{
    struct limits_context context = {&watched->machine, watched->pid ? &watched->last : NULL, &watched->all};

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
}

static uint64_t heap_left(const struct limits_subject *subject)
{
    const struct limit *first = limit_list_first(&subject->limits, GROWTH_HEAP);

    return first ? first->left.value : UINT64_MAX;
}

/* Of many processes, the one that came nearest to a limit is worth a closer look, and those of which something was found. */
static void choose_in_full(struct limits_report *report)
{
    struct limits_subject *nearest = report->processes;

    report->machine.in_full = report->process_count == 0 || finding_list_count(&report->machine.findings, FINDING_WARNING) > 0;
    for (size_t i = 0; i < report->process_count; i++) {
        struct limits_subject *process = &report->processes[i];
        process->in_full = finding_list_count(&process->findings, FINDING_WARNING) > 0;
        if (heap_left(process) < heap_left(nearest))
            nearest = process;
    }
    if (nearest)
        nearest->in_full = true;
}

void watch_finish(struct watch *watch, struct limits_report *report)
{
    size_t capacity = 0;

    for (struct watched *watched = watch->first; watched; watched = watched->next) {
        struct limits_subject *subject = &report->machine;
        if (watched->pid != 0) {
            report->processes = xgrow(report->processes, &capacity, report->process_count + 1, sizeof *report->processes);
            subject = &report->processes[report->process_count++];
        }
        make_subject(watched, subject);
        make_notes(watched, subject);
    }
    choose_in_full(report);
}
