/* SPDX-License-Identifier: MIT
 *
 * A process, or the machine, over all looks at it. Private to watch.c and watched.c. */
#ifndef LEAKWATCH_LIMITS_WATCHED_H
#define LEAKWATCH_LIMITS_WATCHED_H

#include "growth_rate.h"
#include "kernel_files.h"
#include "limits_model.h"
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
    struct growth_samples samples;
    uint64_t count_due_ns;    /* when the mappings may be counted again */
    uint64_t detailed_at;     /* resident and swapped bytes at the last look at its mappings */
    uint64_t shown_at;        /* the same, of those that are in `owners` */
    struct page_counts pages; /* likewise, as the next one */
    struct merging_process merging;
    struct page_owners first_owners, owners;
    struct page_mappings first_mappings, mappings;
    const struct process_list *all; /* lent */
    struct limit_list tightest;
    struct finding_list findings;
    struct unread_file *unread; /* of the last look */
    size_t unread_count;
};

/* `settings` and `all`, which may change between looks, are lent. `pid` 0: the machine. */
struct watched *watched_create(const struct watch_settings *settings, const struct process_list *all, pid_t pid, uint64_t now_ns);
void watched_destroy(struct watched *watched);

/* Whether the process has grown by so much that its mappings are worth another look. */
bool watched_has_grown(const struct watched *watched, const struct process_look *look);

/* What watched->last, watched->machine and watched->all now hold is a look of its own; `details`: with pages and all processes. */
void watched_take(struct watched *watched, bool details);

/* Makes the checks of what was looked at last, and keeps what they find. */
void watched_judge(struct watched *watched, const struct process_list *all);

/* Moves what was seen into `subject`, which the caller releases. Nothing more is looked at then. */
void watched_conclude(struct watched *watched, struct limits_subject *subject);

#endif
