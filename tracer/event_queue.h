/* SPDX-License-Identifier: MIT
 *
 * What the supervisor waits for: news of tracees, signals to itself, time. No descriptor is needed: all signals of interest are
 * blocked, and sigtimedwait(2) waits for SIGCHLD, for the others and for the deadline at once, without a race. */
#ifndef LEAKWATCH_TRACER_EVENT_QUEUE_H
#define LEAKWATCH_TRACER_EVENT_QUEUE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum event_kind {
    EVENT_STATUS,  /* wait4(2) reported tid and status */
    EVENT_SIGNAL,  /* the supervisor got this signal */
    EVENT_TIMEOUT, /* the deadline has passed */
    EVENT_ALONE,   /* there is nobody left to wait for */
};

struct event {
    enum event_kind kind;
    pid_t tid;
    int status;
    uint64_t system_ns; /* with EVENT_STATUS, if queue->times: that the kernel has worked for the process so far */
    siginfo_t signal;
};

struct tracee_status {
    pid_t tid;
    int status;
    uint64_t system_ns;
};

struct event_queue {
    bool times;                     /* tell the time that the kernel has worked */
    struct tracee_status *statuses; /* drained, not yet handed out: [next, count) */
    size_t next, count, capacity;
    unsigned busy_rounds; /* drained in a row without a look at the signals */
};

/* Waits for the next event, until `deadline_ns` of the monotonic clock at the latest. `signals` are blocked and contain SIGCHLD.
 * All statuses that are pending are taken at once and handed out in turn, so that no tracee starves the others. */
struct event event_queue_next(struct event_queue *queue, const sigset_t *signals, uint64_t deadline_ns);
void event_queue_finish(struct event_queue *queue);

#endif
