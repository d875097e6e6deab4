/* SPDX-License-Identifier: MIT */
#include "event_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "signal_inbox.h"
#include "supervisor.h"
#include "base/xalloc.h"

/* To ask who else has something to report costs as much as looking at each tracee: among so many, one status goes without. */
enum { TRACEES_FOR_ONE_STATUS = 64 };

static uint64_t system_ns(const struct rusage *usage)
{
    return (uint64_t)usage->ru_stime.tv_sec * 1000000000 + (uint64_t)usage->ru_stime.tv_usec * 1000;
}

static bool pop_status(struct event_queue *queue, struct event *event)
{
    if (queue->next == queue->count)
        return false;
    event->kind = EVENT_STATUS;
    event->status = queue->statuses[queue->next++];
    return true;
}

/* Waits for a thread, or for any (-1), in the way of wait4(2) with these flags. Tracees are this thread's own; children of another
 * one are not for the session (symbol_helper.h). */
static pid_t wait_for_status(const struct event_queue *queue, pid_t tid, int flags, struct tracee_status *status)
{
    struct rusage usage = {0};

    status->tid = wait4(tid, &status->status, __WALL | __WNOTHREAD | flags, queue->times ? &usage : NULL);
    status->system_ns = system_ns(&usage);
    return status->tid;
}

void event_queue_expect(struct event_queue *queue, pid_t tid)
{
    queue->expected = xgrow(queue->expected, &queue->expected_capacity, queue->expected_count + 1, sizeof *queue->expected);
    queue->expected[queue->expected_count++] = tid;
}

/* A thread that is found in another way is asked for no more. */
static void stop_expecting(struct event_queue *queue, pid_t tid)
{
    size_t kept = 0;

    for (size_t i = 0; i < queue->expected_count; i++)
        if (queue->expected[i] != tid)
            queue->expected[kept++] = queue->expected[i];
    queue->expected_count = kept;
}

static void push(struct event_queue *queue, struct tracee_status status)
{
    queue->statuses = xgrow(queue->statuses, &queue->capacity, queue->count + 1, sizeof *queue->statuses);
    queue->statuses[queue->count++] = status;
}

/* Keeps those that have nothing to report yet. */
static void drain_expected(struct event_queue *queue)
{
    struct tracee_status status;
    size_t kept = 0;

    for (size_t i = 0; i < queue->expected_count; i++) {
        const pid_t tid = queue->expected[i], found = wait_for_status(queue, tid, WNOHANG, &status);
        if (found > 0)
            push(queue, status);
        else if (found == 0)
            queue->expected[kept++] = tid;
    }
    queue->expected_count = kept;
}

/* Takes what else is pending. Nobody being left shows at the next wait. */
static void drain(struct event_queue *queue)
{
    struct tracee_status status;

    queue->next = queue->count = 0;
    drain_expected(queue);
    if (++queue->handed_out <= queue->tracees / TRACEES_FOR_ONE_STATUS)
        return;
    queue->handed_out = 0;
    while (wait_for_status(queue, -1, WNOHANG, &status) > 0) {
        stop_expecting(queue, status.tid);
        push(queue, status);
    }
}

/* Signals and deadlines come first, so that busy tracees do not keep them from being seen. */
static bool look_aside(uint64_t deadline_ns, struct event *event)
{
    event->signal = signal_inbox_take();
    if (event->signal != 0) {
        event->kind = EVENT_SIGNAL;
        return true;
    }
    event->kind = EVENT_TIMEOUT;
    return signal_inbox_rang() && monotonic_ns() >= deadline_ns;
}

struct event event_queue_next(struct event_queue *queue, uint64_t deadline_ns, bool single)
{
    struct event event = {0};

    signal_inbox_wake_at(deadline_ns);
    for (;;) {
        if (look_aside(deadline_ns, &event) || pop_status(queue, &event))
            return event;
        if (wait_for_status(queue, -1, 0, &event.status) > 0) {
            event.kind = EVENT_STATUS;
            stop_expecting(queue, event.status.tid);
            if (!single)
                drain(queue);
            return event;
        }
        if (errno != EINTR) {
            event.kind = EVENT_ALONE;
            return event;
        }
    }
}

void event_queue_finish(struct event_queue *queue)
{
    free(queue->statuses);
    free(queue->expected);
    *queue = (struct event_queue){0};
}
