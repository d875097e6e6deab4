/* SPDX-License-Identifier: MIT
 *
 * Waiting beside a process that is left alone meanwhile: until a time, the end of the process, or a signal to ourselves. One watch
 * at a time: handlers of signals have no argument. */
#ifndef LEAKWATCH_PROGRAM_PROCESS_WATCH_H
#define LEAKWATCH_PROGRAM_PROCESS_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/process_handle.h"

struct process_watch {
    struct process_handle process;
    uint64_t start_time; /* in clock ticks since the system started; 0: not known */
    sigset_t old_mask, waiting_mask;
    struct sigaction old_actions[5]; /* of the signals that end the waiting */
};

enum process_watch_end {
    WATCH_TIME,        /* it is time, or somebody wants it to be by SIGUSR1 */
    WATCH_INTERRUPTED, /* SIGINT, SIGQUIT, SIGTERM or SIGHUP came, unless it is ignored */
    WATCH_ENDED,       /* the process has ended */
};

/* From now on those signals are noted, and only while somebody waits, or lets them in, are they received. */
void process_watch_init(struct process_watch *watch, pid_t pid);
/* Signals are as they were, but SIGINT, SIGTERM and SIGHUP stay blocked: what was seen is reported before they end us. */
void process_watch_finish(struct process_watch *watch);

/* Whether the process is still there, and no other has its number by now. */
bool process_watch_is_there(const struct process_watch *watch);

enum process_watch_end process_watch_wait(const struct process_watch *watch, uint64_t nanoseconds);

#endif
