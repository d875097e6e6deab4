/* SPDX-License-Identifier: MIT */
#include "event_queue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "supervisor.h"
#include "xalloc.h"

enum { BUSY_ROUNDS_MAX = 64 };

static uint64_t system_ns(const struct rusage *usage)
{
    return (uint64_t)usage->ru_stime.tv_sec * 1000000000 + (uint64_t)usage->ru_stime.tv_usec * 1000;
}

/* Returns false if there is nobody left to wait for. */
static bool drain(struct event_queue *queue)
{
    queue->next = queue->count = 0;
    for (;;) {
        int status;
        struct rusage usage = {0};
        pid_t tid = wait4(-1, &status, __WALL | WNOHANG, queue->times ? &usage : NULL);
        if (tid < 0 && errno == EINTR)
            continue;
        if (tid <= 0)
            return tid == 0 || queue->count > 0;
        queue->statuses = xgrow(queue->statuses, &queue->capacity, queue->count + 1, sizeof *queue->statuses);
        queue->statuses[queue->count++] = (struct tracee_status){tid, status, system_ns(&usage)};
    }
}

/* Takes a blocked signal, waiting for at most `timeout_ns`. Returns its number, 0 if none came. */
static int take_signal(const sigset_t *signals, uint64_t timeout_ns, siginfo_t *info)
{
    const struct timespec timeout = {(time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000)};

    int signal = sigtimedwait(signals, info, &timeout);
    return signal > 0 ? signal : 0;
}

static bool pop_status(struct event_queue *queue, struct event *event)
{
    if (queue->next == queue->count)
        return false;
    const struct tracee_status *status = &queue->statuses[queue->next++];
    *event = (struct event){.kind = EVENT_STATUS, .tid = status->tid, .status = status->status, .system_ns = status->system_ns};
    return true;
}

/* Tracees that keep us busy must not keep signals and deadlines from being seen. */
static bool look_aside(struct event_queue *queue, const sigset_t *signals, uint64_t deadline_ns, struct event *event)
{
    if (++queue->busy_rounds < BUSY_ROUNDS_MAX)
        return false;
    queue->busy_rounds = 0;
    int signal = take_signal(signals, 0, &event->signal);
    if (signal != 0 && signal != SIGCHLD) {
        event->kind = EVENT_SIGNAL;
        return true;
    }
    event->kind = EVENT_TIMEOUT;
    return monotonic_ns() >= deadline_ns;
}

struct event event_queue_next(struct event_queue *queue, const sigset_t *signals, uint64_t deadline_ns)
{
    struct event event = {0};

    if (pop_status(queue, &event) || look_aside(queue, signals, deadline_ns, &event))
        return event;
    for (;;) {
        if (!drain(queue)) {
            event.kind = EVENT_ALONE;
            return event;
        }
        if (pop_status(queue, &event))
            return event;
        uint64_t now = monotonic_ns();
        if (now >= deadline_ns) {
            event.kind = EVENT_TIMEOUT;
            return event;
        }
        int signal =
            take_signal(signals, deadline_ns == UINT64_MAX ? (uint64_t)3600 * 1000000000 : deadline_ns - now, &event.signal);
        queue->busy_rounds = 0;
        if (signal != 0 && signal != SIGCHLD) {
            event.kind = EVENT_SIGNAL;
            return event;
        }
    }
}

void event_queue_finish(struct event_queue *queue)
{
    free(queue->statuses);
    *queue = (struct event_queue){0};
}
