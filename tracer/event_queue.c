/* SPDX-License-Identifier: MIT */
#include "event_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "signal_inbox.h"
#include "stop.h"
#include "supervisor.h"

/* To ask who else has something to report costs as much as looking at each tracee: among so many, one status goes without. */
enum { TRACEES_FOR_ONE_STATUS = 64 };
/* The kernel tells of the same tracee first until its status is taken. One that gets signals without end keeps the others waiting
 * for so many. */
enum { UNTAKEN_IN_A_ROW = 16 };

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
static pid_t take_status(const struct event_queue *queue, pid_t tid, int flags, struct tracee_status *status)
{
    struct rusage usage = {0};

    status->tid = wait4(tid, &status->status, __WALL | __WNOTHREAD | flags, queue->times ? &usage : NULL);
    status->system_ns = system_ns(&usage);
    return status->tid;
}

/* The same, but the status can be asked for again. waitid(2) of the C library does not tell of resources. */
static pid_t look_at_status(const struct event_queue *queue, pid_t tid, int flags, struct tracee_status *status)
{
    struct rusage usage = {0};
    siginfo_t info = {0};

    flags |= WEXITED | WNOWAIT | __WALL | __WNOTHREAD;
    if (syscall(SYS_waitid, tid < 0 ? P_ALL : P_PID, tid, &info, flags, queue->times ? &usage : NULL) < 0)
        return -1;
    /* As wait4(2) has it where a tracee has stopped; of others, only the id is needed. */
    *status = (struct tracee_status){info.si_pid, info.si_code == CLD_TRAPPED ? W_STOPCODE(info.si_status) : 0, system_ns(&usage)};
    return info.si_pid;
}

static bool may_stay_untaken(const struct event_queue *queue, const struct tracee_status *status)
{
    return stop_decode(status->status).kind == STOP_SIGNAL &&
           (status->tid != queue->insistent || queue->insisted < UNTAKEN_IN_A_ROW);
}

static void leave_untaken(struct event_queue *queue, const struct tracee_status *status)
{
    queue->insisted = status->tid == queue->insistent ? queue->insisted + 1 : 1;
    queue->insistent = status->tid;
    queue->untaken = *status;
}

/* Waits as take_status() does. At most one status is left untaken: `queue->untaken`, which is then the one that was found. */
static pid_t wait_for_status(struct event_queue *queue, pid_t tid, int flags, struct tracee_status *status)
{
    pid_t found;

    if (!queue->keeps_signals)
        return take_status(queue, tid, flags, status);
    do {
        found = look_at_status(queue, tid, flags, status);
        if (found > 0 && may_stay_untaken(queue, status)) {
            leave_untaken(queue, status);
            return found;
        }
        if (found > 0)
            found = take_status(queue, found, WNOHANG, status);
    } while (found == 0 && !(flags & WNOHANG)); /* it was killed in between, and has not died yet */
    if (found > 0)
        queue->insistent = 0;
    return found;
}

void event_queue_goes_on(struct event_queue *queue, pid_t tid)
{
    if (queue->untaken.tid == tid)
        queue->untaken.tid = 0;
}

static void push(struct event_queue *queue, struct tracee_status status)
{
    queue->statuses = xgrow(queue->statuses, &queue->capacity, queue->count + 1, sizeof *queue->statuses);
    queue->statuses[queue->count++] = status;
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

/* A thread that was told of and does not go on is told of no more. Returns whether there is other news of it: it was killed. */
static bool take_untaken(struct event_queue *queue)
{
    const struct tracee_status told = queue->untaken;
    struct tracee_status status;

    queue->untaken.tid = 0;
    if (told.tid == 0 || take_status(queue, told.tid, WNOHANG, &status) <= 0 || status.status == told.status)
        return false;
    push(queue, status);
    return true;
}

/* Keeps those that have nothing to report yet. What is behind a status that is left untaken has to wait. */
static void drain_expected(struct event_queue *queue)
{
    struct tracee_status status;
    size_t kept = 0;

    for (size_t i = 0; i < queue->expected_count; i++) {
        const pid_t tid = queue->expected[i];
        const pid_t found = queue->untaken.tid == 0 ? wait_for_status(queue, tid, WNOHANG, &status) : 0;
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
    while (queue->untaken.tid == 0 && wait_for_status(queue, -1, WNOHANG, &status) > 0) {
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
        if (take_untaken(queue))
            continue;
        if (wait_for_status(queue, -1, 0, &event.status) > 0) {
            event.kind = EVENT_STATUS;
            stop_expecting(queue, event.status.tid);
            if (!single && queue->untaken.tid == 0)
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
