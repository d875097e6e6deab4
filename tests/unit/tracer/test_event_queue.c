/* SPDX-License-Identifier: MIT
 * Statuses of children that are waited for in turn. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/event_queue.h"
#include "tracer/signal_inbox.h"

static void open_inbox(void)
{
    cr_assert(eq(int, signal_inbox_open(), 0));
}

TestSuite(event_queue, .init = open_inbox, .fini = signal_inbox_close);

static pid_t ending_child(int status)
{
    const pid_t pid = fork();

    if (pid == 0)
        _exit(status);
    cr_assert(pid > 0);
    return pid;
}

/* Whoever is found by the wait for all would otherwise be asked after each time, for as long as the session lasts. */
Test(event_queue, expects_nobody_who_was_found)
{
    for (int single = 0; single < 2; single++) {
        struct event_queue queue = {0};
        const pid_t pid = ending_child(3);

        event_queue_expect(&queue, pid);
        const struct event event = event_queue_next(&queue, UINT64_MAX, single);
        cr_assert(eq(int, event.kind, EVENT_STATUS));
        cr_expect(eq(int, event.status.tid, pid));
        cr_expect(eq(int, event.status.status, 3 << 8)); /* exited so */
        cr_expect(eq(sz, queue.expected_count, 0));
        event_queue_finish(&queue);
    }
}

Test(event_queue, finds_those_who_are_expected_and_those_who_are_not)
{
    struct event_queue queue = {.tracees = 2};
    const pid_t expected = ending_child(0), other = ending_child(0);
    siginfo_t info;

    event_queue_expect(&queue, expected);
    /* Both have ended before the first is asked for. */
    waitid(P_PID, (id_t)expected, &info, WEXITED | WNOWAIT);
    waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT);
    const pid_t first = event_queue_next(&queue, UINT64_MAX, false).status.tid;
    const pid_t second = event_queue_next(&queue, UINT64_MAX, false).status.tid;
    const bool is_one = first == expected || first == other;
    cr_expect(is_one);
    cr_expect(eq(int, second, first == expected ? other : expected));
    cr_expect(eq(sz, queue.expected_count, 0));
    cr_expect(eq(int, event_queue_next(&queue, UINT64_MAX, false).kind, EVENT_ALONE));
    event_queue_finish(&queue);
}
