/* SPDX-License-Identifier: MIT
 *
 * A process, or the machine, over all looks at it. For who decides himself when to look, as the tracer does; else see watch.h. */
#ifndef LEAKWATCH_LIMITS_WATCHED_H
#define LEAKWATCH_LIMITS_WATCHED_H

#include "records/limits_model.h"
#include "records/time_line.h"
#include "kernel_files.h"
#include "look.h"
#include "process_list.h"
#include "watch.h"

struct watched {
    const struct watch_settings *settings;
    pid_t pid; /* 0: the machine */
    struct machine_look first_machine, machine;
    struct process_look first, last; /* unused of the machine */
    uint64_t first_ns, last_ns;
    size_t looks;
    bool oom_killed;
    struct known live;   /* bytes of blocks that are not freed, to be set by who knows */
    struct known locked; /* bytes, likewise; not known: VmLck is right */
    struct time_line time_line;
    struct growth_estimate growth; /* at the last look that was rated */
    uint64_t count_due_ns;         /* when the mappings may be counted again */
    uint64_t detailed_at;          /* resident and swapped bytes at the last look at its mappings */
    uint64_t shown_at;             /* the same, of those that are in `owners` */
    struct page_counts pages;      /* likewise, as the next one */
    struct merging_process merging;
    struct page_owners first_owners, owners;
    struct page_mappings first_mappings, mappings;
    const struct process_list *all; /* lent */
    struct limit_list latest;       /* at the last look */
    struct limit_list tightest;     /* of each limit, the look when least was left */
    struct finding_list findings;
    struct unread_file *unread; /* of the last look */
    size_t unread_count;
};

/* `settings` and `all`, which may change between looks, are lent. `pid` 0: the machine. */
struct watched *watched_create(const struct watch_settings *settings, const struct process_list *all, pid_t pid, uint64_t now_ns);
void watched_destroy(struct watched *watched);

/* Whether the process has grown by so much that its mappings are worth another look. */
bool watched_has_grown(const struct watched *watched, const struct process_look *look);

/* Fills look->mappings: counts them, or, if that was done a short time ago for what it costs, takes the count of the look before.
 * At 0.4 us each, not more than 0.2% of the time is spent on it. `anew`: counts them in any case. */
void watched_count_mappings(struct watched *watched, struct kernel_files *files, struct process_look *look, uint64_t now_ns,
                            bool anew);

/* The process was looked at: takes the look over. */
void watched_set_look(struct watched *watched, const struct process_look *look, uint64_t now_ns);

enum look_depth {
    LOOK_BRIEF,
    LOOK_RATED,    /* how fast the process grows is computed anew, and when it meets a limit */
    LOOK_DETAILED, /* and its pages and all other processes were read */
};

/* What watched->last, watched->machine and watched->all now hold is a look of its own: makes the checks, and keeps what counts. */
void watched_take(struct watched *watched, enum look_depth depth);

/* The OOM killer has ended the process: makes the checks of what was looked at last once more. */
void watched_oom_killed(struct watched *watched);

/* Copies what was seen of a process so far, which the caller releases. What is foreseen is so of the growth at the last look that
 * was rated, and the limits at the last of all. */
struct limits_history watched_history(const struct watched *watched);

/* Moves what was seen into `subject`, which the caller releases. Nothing more is looked at then. */
void watched_conclude(struct watched *watched, struct limits_subject *subject);

#endif
