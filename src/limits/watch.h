/* SPDX-License-Identifier: MIT
 *
 * Looks at the machine and at processes, one or many, and what they add up to: for each limit the moment when least was left, what
 * checks found at any time, how memory grew. Reads files below a root directory only. */
#ifndef LEAKWATCH_LIMITS_WATCH_H
#define LEAKWATCH_LIMITS_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "records/limits_model.h"
#include "checks.h"

struct watch_settings {
    int root; /* descriptor of the root directory; lent */
    struct check_settings checks;
    bool own_time;  /* what has happened to groups and the machine before the first look is not judged */
    bool keep_peak; /* of a process's pages the report shows those at the look with most memory; else those at the last */
};

struct watch;

struct watch *watch_create(const struct watch_settings *settings);
void watch_destroy(struct watch *watch);

/* Looks at a process. `now_ns`: since the beginning. The first look, those at which it has grown much, and those with `thorough`
 * also read its mappings and all other processes. Returns 0; -ESRCH if it is not there, -ECHILD if it has ended and only its number
 * is left, or -errno: then nothing has changed. */
int watch_process(struct watch *watch, pid_t pid, uint64_t now_ns, bool thorough);
/* Looks at the machine. */
void watch_machine(struct watch *watch, uint64_t now_ns);

/* A process has ended, or runs another program now; `oom_killed`: the OOM killer has ended it. Nothing happens if it was not looked
 * at. The next look at a process of this number is one at another program. */
void watch_ended(struct watch *watch, pid_t pid, bool oom_killed);

/* Fills the machine and the processes of `report`; all else is the caller's to fill, and it releases the report. To be called once,
 * at the end. */
void watch_finish(struct watch *watch, struct limits_report *report);

#endif
