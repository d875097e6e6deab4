/* SPDX-License-Identifier: MIT */
#include "event_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "signal_inbox.h"
#include "supervisor.h"
#include "xalloc.h"

static bool pop_status(struct event_queue *queue, struct event *event)
{
    if (queue->next == queue->count)
        return false;
    *event = (struct event){
        .kind = EVENT_STATUS, .tid = queue->statuses[queue->next].tid, .status = queue->statuses[queue->next].status};
    queue->next++;
    return true;
}

/* Takes what else is pending. Nobody being left shows at the next wait. */
static void drain(struct event_queue *queue)
{
    int status;
    pid_t tid;

    queue->next = queue->count = 0;
    while ((tid = wait4(-1, &status, __WALL | WNOHANG, NULL)) > 0) {
        queue->statuses = xgrow(queue->statuses, &queue->capacity, queue->count + 1, sizeof *queue->statuses);
        queue->statuses[queue->count++] = (struct tracee_status){tid, status};
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
        event.tid = wait4(-1, &event.status, __WALL, NULL);
        if (event.tid > 0) {
            event.kind = EVENT_STATUS;
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
    *queue = (struct event_queue){0};
}
