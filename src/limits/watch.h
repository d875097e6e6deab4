/* SPDX-License-Identifier: MIT
 *
 * Looks at the machine and at processes, one or many, and what they add up to: for each limit the moment when least was left, what
 * checks found at any time, how memory grew. Reads files below a root directory only. */
#ifndef LEAKWATCH_LIMITS_WATCH_H
#define LEAKWATCH_LIMITS_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "checks.h"
#include "limits_model.h"

struct watch_settings {
    int root; /* descriptor of the root directory; lent */
    struct check_settings checks;
    bool keep_peak; /* of a process's pages the report shows those at the look with most memory; else those at the last */
};

struct watch;

struct watch *watch_create(const struct watch_settings *settings);
void watch_destroy(struct watch *watch);

/* Looks at a process. `now_ns`: since the beginning. The first look, those at which it has grown much, and those with `thorough`
 * also read its mappings and all other processes. Returns 0, -ESRCH if it is gone (or -errno): then nothing has changed. */
int watch_process(struct watch *watch, pid_t pid, uint64_t now_ns, bool thorough);
/* The OOM killer has ended a process that was looked at; nothing happens if it was not. */
void watch_oom_killed(struct watch *watch, pid_t pid);
/* Looks at the machine. */
void watch_machine(struct watch *watch, uint64_t now_ns);

/* Whether a process was ever looked at. */
bool watch_has_process(const struct watch *watch);

/* Fills the machine and the processes of `report`; all else is the caller's to fill, and it releases the report. To be called once,
 * at the end. */
void watch_finish(struct watch *watch, struct limits_report *report);

#endif
