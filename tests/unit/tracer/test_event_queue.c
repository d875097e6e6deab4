/* SPDX-License-Identifier: MIT
 * Statuses of children that are waited for in turn. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/event_queue.h"
#include "tracer/signal_inbox.h"
#include "tracer/tracee.h"

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

/* A tracee that gets one signal after the other: each of them comes as soon as it goes on. */
static pid_t signalled_tracee(void)
{
    const pid_t pid = fork();

    if (pid == 0) {
        signal(SIGUSR1, SIG_IGN);
        raise(SIGSTOP); /* until it is traced */
        for (;;)
            raise(SIGUSR1);
    }
    cr_assert(pid > 0);
    waitpid(pid, NULL, WUNTRACED);
    cr_assert(eq(int, tracee_seize(pid, PTRACE_O_EXITKILL), 0));
    kill(pid, SIGCONT);
    return pid;
}

static void end_tracee(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, __WALL) == pid)
        ;
}

static int let_go_on(struct event_queue *queue, pid_t pid)
{
    event_queue_goes_on(queue, pid);
    return tracee_resume(pid, PTRACE_CONT, 0);
}

/* Who stops at this signal next, or ends. */
static pid_t next_stop(struct event_queue *queue, int signal)
{
    for (;;) {
        const struct event event = event_queue_next(queue, UINT64_MAX, false);
        if (!WIFSTOPPED(event.status.status) || event.status.status >> 8 == signal)
            return event.status.tid;
        let_go_on(queue, event.status.tid);
    }
}

Test(event_queue, leaves_a_signal_to_the_kernel_until_its_thread_goes_on)
{
    struct event_queue queue = {.keeps_signals = true};
    const pid_t pid = signalled_tracee();
    siginfo_t info = {0};

    cr_assert(eq(int, next_stop(&queue, SIGUSR1), pid));
    waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | WNOWAIT | __WALL);
    cr_expect(eq(int, info.si_pid, pid)); /* not taken */
    cr_expect(eq(int, let_go_on(&queue, pid), 0));
    cr_expect(eq(int, next_stop(&queue, SIGUSR1), pid));
    end_tracee(pid);
    event_queue_finish(&queue);
}

Test(event_queue, tells_once_of_a_signal_whose_thread_does_not_go_on)
{
    struct event_queue queue = {.keeps_signals = true};
    const pid_t pid = signalled_tracee();

    cr_assert(eq(int, next_stop(&queue, SIGUSR1), pid));
    const pid_t other = ending_child(0);
    cr_expect(eq(int, event_queue_next(&queue, UINT64_MAX, false).status.tid, other));
    end_tracee(pid);
    event_queue_finish(&queue);
}

/* Whether its stop has been taken or not. */
static void wait_for_stop(pid_t pid)
{
    char path[32], state = '\0';

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    while (state != 't') {
        FILE *file = fopen(path, "re");
        cr_assert(ne(ptr, file, NULL));
        cr_assert(eq(int, fscanf(file, "%*d (%*[^)]) %c", &state), 1));
        fclose(file);
    }
}

/* The kernel names it first as long as it is not taken: of its children, the eldest is asked first. */
Test(event_queue, one_with_signals_without_end_does_not_starve_others)
{
    struct event_queue queue = {.keeps_signals = true};
    const pid_t pid = signalled_tracee(), other = signalled_tracee();
    int rounds = 0, of_other = 0;

    while (of_other < 5 && ++rounds < 1000) {
        const pid_t stopped = next_stop(&queue, SIGUSR1);
        of_other += stopped == other;
        let_go_on(&queue, stopped);
        wait_for_stop(pid);
        wait_for_stop(other);
    }
    cr_expect(lt(int, rounds, 1000));
    end_tracee(pid);
    end_tracee(other);
    event_queue_finish(&queue);
}
