/* SPDX-License-Identifier: MIT
 *
 * What the supervisor waits for: news of tracees, signals to itself, time. It waits in wait4(2), which a signal or the alarm clock
 * ends (signal_inbox.h): one system call for each stop, where there is only one tracee. */
#ifndef LEAKWATCH_TRACER_EVENT_QUEUE_H
#define LEAKWATCH_TRACER_EVENT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum event_kind {
    EVENT_STATUS,  /* news of a tracee */
    EVENT_SIGNAL,  /* the supervisor got this signal */
    EVENT_TIMEOUT, /* the deadline has passed */
    EVENT_ALONE,   /* there is nobody left to wait for */
};

struct tracee_status {
    pid_t tid;
    int status;         /* as wait4(2) reports it */
    uint64_t system_ns; /* if queue->times: that the kernel has worked for the process so far */
};

struct event {
    enum event_kind kind;
    struct tracee_status status; /* with EVENT_STATUS */
    int signal;                  /* with EVENT_SIGNAL */
};

struct event_queue {
    bool times;                     /* tell the time that the kernel has worked, for which it adds up all threads of a process */
    bool keeps_signals;             /* tracees that stop at a signal get it whatever becomes of the supervisor */
    size_t tracees;                 /* about how many there are */
    size_t handed_out;              /* statuses since it was last asked who else has one */
    struct tracee_status *statuses; /* drained, not yet handed out: [next, count) */
    size_t next, count, capacity;
    pid_t *expected; /* threads that are about to report something */
    size_t expected_count, expected_capacity;
    struct tracee_status untaken; /* keeps_signals: told, or about to be, but not taken from the kernel; tid 0: none */
    pid_t insistent;              /* keeps_signals: whose stop was left untaken last, so many times in a row */
    size_t insisted;
};

/* Says that a thread is about to report something. To wait for any thread costs the kernel time for each that is traced, to ask
 * after one nearly none (since Linux 5.14): of ten thousand threads that stop, or end, each is found at once. */
void event_queue_expect(struct event_queue *queue, pid_t tid);

/* Says that a thread goes on, or is let go, from the stop that it reported last. With `keeps_signals`, its stop at a signal is left
 * as if nobody had asked for it. Once wait4(2) has taken such a stop, the signal is in the supervisor's hands alone, and lost if
 * that is killed before it passes it on (ptrace_stop() in kernel/signal.c: the tracee goes on with its exit_code, which
 * wait_task_stopped() in kernel/exit.c has cleared); one that was only looked at (WNOWAIT) is delivered. */
void event_queue_goes_on(struct event_queue *queue, pid_t tid);

/* Waits for the next event, until `deadline_ns` of the monotonic clock at the latest. All statuses that are pending are taken at
 * once and handed out in turn, so that no tracee starves the others (of very many tracees, now and then: queue->tracees); with
 * `single`, a promise that there is only one, just the one.
 */
struct event event_queue_next(struct event_queue *queue, uint64_t deadline_ns, bool single);
void event_queue_finish(struct event_queue *queue);

#endif
