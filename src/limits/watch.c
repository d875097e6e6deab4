/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <errno.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "kernel_files.h"
#include "limit_list.h"
#include "watched.h"

/* A look at the machine holds for so long for all processes. */
enum { MACHINE_AGE_NS = 20000000 };

/* And one at all processes, which costs more. */
enum { OTHERS_AGE_NS = 200000000 };

/* A program of a process, or the machine. */
struct entry {
    struct entry *next;
    struct watched *watched;       /* NULL: it has ended */
    struct limits_subject subject; /* what there is to say of it then */
};

struct watch {
    struct watch_settings settings;
    struct kernel_files files;
    struct machine_look machine; /* the last look */
    uint64_t machine_ns;         /* when that was; UINT64_MAX: not yet */
    struct process_list all;     /* likewise */
    uint64_t all_ns;
    struct entry *first, **end; /* in the order of the first looks; the machine is among them */
    struct entry *nearest;      /* of those that have ended, the one that came nearest to a limit of the heap */
};

struct watch *watch_create(const struct watch_settings *settings)
{
    struct watch *watch = xcalloc(1, sizeof *watch);

    watch->settings = *settings;
    kernel_files_init(&watch->files, settings->root);
    watch->end = &watch->first;
    watch->machine_ns = watch->all_ns = UINT64_MAX;
    return watch;
}

void watch_destroy(struct watch *watch)
{
    if (watch == NULL)
        return;
    for (struct entry *next, *entry = watch->first; entry; entry = next) {
        next = entry->next;
        watched_destroy(entry->watched);
        limits_subject_finish(&entry->subject);
        free(entry);
    }
    process_list_finish(&watch->all);
    kernel_files_finish(&watch->files);
    free(watch);
}

/* A number may be given to another process later: they are told apart by when they began. */
static struct watched *find(struct watch *watch, pid_t pid, struct known start_ticks)
{
    for (struct entry *entry = watch->first; entry; entry = entry->next)
        if (entry->watched && entry->watched->pid == pid && entry->watched->first.stat.start_ticks.value == start_ticks.value)
            return entry->watched;
    return NULL;
}

static struct watched *find_or_add(struct watch *watch, pid_t pid, struct known start_ticks, uint64_t now_ns)
{
    struct watched *watched = find(watch, pid, start_ticks);

    if (watched)
        return watched;
    struct entry *entry = xcalloc(1, sizeof *entry);
    entry->watched = watched_create(&watch->settings, &watch->all, pid, now_ns);
    *watch->end = entry;
    watch->end = &entry->next;
    return entry->watched;
}

/* ---- One look ---- */

static bool is_old(uint64_t read_ns, uint64_t now_ns, uint64_t age)
{
    return read_ns == UINT64_MAX || now_ns < read_ns || now_ns - read_ns >= age;
}

/* Reads all processes, unless they just were. */
static void look_at_others(struct watch *watch, uint64_t now_ns)
{
    if (!is_old(watch->all_ns, now_ns, OTHERS_AGE_NS))
        return;
    process_list_finish(&watch->all);
    process_list_read(&watch->files, &watch->all);
    watch->all_ns = now_ns;
}

/* Of processes that are looked at one after the other, the machine is the same. */
static void look_at_machine(struct watch *watch, struct watched *watched, uint64_t now_ns)
{
    if (is_old(watch->machine_ns, now_ns, MACHINE_AGE_NS)) {
        machine_look_read(&watch->files, &watch->machine);
        if (watch->settings.checks.realtime)
            realtime_machine_read(&watch->files, &watch->machine.timing);
        watch->machine_ns = now_ns;
    }
    watched->machine = watch->machine;
}

/* What could not be read is told by the looks that read all there is. */
static void keep_unread(struct watch *watch, struct watched *watched)
{
    unread_files_finish(watched->unread, watched->unread_count);
    watched->unread = watch->files.unread;
    watched->unread_count = watch->files.unread_count;
    watch->files.unread = NULL;
    watch->files.unread_count = watch->files.unread_capacity = 0;
}

/* Puts together a look of which the first part was read, which is taken over. */
static void complete_look(struct watch *watch, struct watched *watched, struct process_look *look, uint64_t now_ns, bool thorough)
{
    bool details = thorough || watched->looks == 0 || watched_has_grown(watched, look);

    if (details)
        process_look_read_pages(&watch->files, look);
    if (watch->settings.checks.realtime)
        process_look_read_schedules(&watch->files, look);
    watched_count_mappings(watched, &watch->files, look, now_ns, thorough);
    look_at_machine(watch, watched, now_ns);
    watched_set_look(watched, look, now_ns);
    if (details) {
        look_at_others(watch, now_ns);
        keep_unread(watch, watched);
    }
    watched_take(watched, details ? LOOK_DETAILED : LOOK_BRIEF);
}

int watch_process(struct watch *watch, pid_t pid, uint64_t now_ns, bool thorough)
{
    struct process_look look;
    int error = process_look_read(&watch->files, pid, &look);

    if (error == 0 && (look.stat.state == 'Z' || look.stat.state == 'X'))
        error = -ECHILD;
    if (error)
        process_look_finish(&look);
    else
        complete_look(watch, find_or_add(watch, pid, look.stat.start_ticks, now_ns), &look, now_ns, thorough);
    kernel_files_forget(&watch->files);
    return error;
}

void watch_machine(struct watch *watch, uint64_t now_ns)
{
    struct watched *watched = find_or_add(watch, 0, (struct known){0}, now_ns);

    look_at_machine(watch, watched, now_ns);
    watched->last_ns = now_ns;
    if (watch->machine_ns == now_ns)
        keep_unread(watch, watched);
    watched_take(watched, LOOK_DETAILED);
}

/* ---- Ends ---- */

static uint64_t heap_left(const struct limits_subject *subject)
{
    const struct limit *first = limit_list_first(&subject->limits, GROWTH_HEAP);

    return first ? first->left.value : UINT64_MAX;
}

/* What is kept of a program that has ended is little, as there may be thousands: its mappings one by one only as long as no other
 * one came nearer to a limit. */
static void conclude(struct watch *watch, struct entry *entry)
{
    watched_conclude(entry->watched, &entry->subject);
    watched_destroy(entry->watched);
    entry->watched = NULL;
    if (entry->subject.pid == 0)
        return;
    struct entry *farther = entry;
    if (watch->nearest == NULL || heap_left(&entry->subject) < heap_left(&watch->nearest->subject)) {
        farther = watch->nearest;
        watch->nearest = entry;
    }
    if (farther && finding_list_count(&farther->subject.findings, FINDING_WARNING) == 0)
        page_mappings_finish(&farther->subject.mappings);
}

void watch_ended(struct watch *watch, pid_t pid, bool oom_killed)
{
    for (struct entry *entry = watch->first; entry; entry = entry->next) {
        if (entry->watched == NULL || entry->watched->pid != pid)
            continue;
        if (oom_killed)
            watched_oom_killed(entry->watched);
        conclude(watch, entry);
    }
}

/* ---- The report ---- */

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

    for (struct entry *entry = watch->first; entry; entry = entry->next)
        if (entry->watched)
            conclude(watch, entry);
    for (struct entry *entry = watch->first; entry; entry = entry->next) {
        struct limits_subject *subject = &report->machine;
        if (entry->subject.pid != 0) {
            report->processes = xgrow(report->processes, &capacity, report->process_count + 1, sizeof *report->processes);
            subject = &report->processes[report->process_count++];
        }
        *subject = entry->subject;
        entry->subject = (struct limits_subject){0};
    }
    choose_in_full(report);
}
