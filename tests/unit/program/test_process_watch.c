/* SPDX-License-Identifier: MIT */
#include "program/process_watch.h"

#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEVER (UINT64_C(3600) * 1000000000)

static struct process_watch watch;
static pid_t child;
static int end_of_child; /* the child lives until this is closed */

static void set_up(void)
{
    int ends[2];
    char byte;

    cr_assert_eq(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(ends[0]);
    end_of_child = ends[1];
    process_watch_init(&watch, child);
}

static void tear_down(void)
{
    process_watch_finish(&watch);
    close(end_of_child);
    waitpid(child, NULL, 0);
}

TestSuite(process_watch, .init = set_up, .fini = tear_down);

Test(process_watch, time_passes)
{
    cr_expect_eq(process_watch_wait(&watch, 1), WATCH_TIME);
    cr_expect(process_watch_is_there(&watch));
}

Test(process_watch, the_end_of_the_process_ends_the_waiting)
{
    close(end_of_child);
    end_of_child = -1;
    cr_expect_eq(process_watch_wait(&watch, NEVER), WATCH_ENDED);
    cr_expect(!process_watch_is_there(&watch), "a zombie is not there");
}

Test(process_watch, another_process_of_that_number_is_not_the_same)
{
    cr_assert_neq(watch.start_time, 0);
    watch.start_time++;
    cr_expect(!process_watch_is_there(&watch));
}

Test(process_watch, a_process_that_is_not_there)
{
    struct process_watch none;

    process_watch_init(&none, 0x400000); /* the limit of process IDs, see proc(5) */
    cr_expect(!process_watch_is_there(&none));
    process_watch_finish(&none);
}

static void expect_interruption(int number)
{
    raise(number); /* it waits, blocked */
    cr_expect_eq(process_watch_wait(&watch, NEVER), WATCH_INTERRUPTED);
}

Test(process_watch, signals_before_the_waiting_end_it)
{
    expect_interruption(SIGINT);
}

Test(process_watch, a_wish_to_terminate_ends_the_waiting)
{
    expect_interruption(SIGTERM);
}

Test(process_watch, a_signal_that_was_let_in_earlier_ends_the_waiting)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGHUP);
    cr_expect_eq(process_watch_wait(&watch, NEVER), WATCH_INTERRUPTED);
}

Test(process_watch, the_next_look_may_be_wanted_at_once_but_only_one)
{
    raise(SIGUSR1);
    cr_expect_eq(process_watch_wait(&watch, NEVER), WATCH_TIME);
    raise(SIGINT);
    cr_expect_eq(process_watch_wait(&watch, NEVER), WATCH_INTERRUPTED);
}

/* But for those that ask for an end: a report is written then. */
Test(process_watch, signals_are_as_they_were_afterwards)
{
    struct process_watch inner;
    struct sigaction action;
    sigset_t mask;

    signal(SIGHUP, SIG_IGN);
    process_watch_init(&inner, child);
    sigaction(SIGHUP, NULL, &action);
    cr_expect_eq(action.sa_handler, SIG_IGN, "what is ignored stays so");
    process_watch_finish(&inner);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    cr_expect(sigismember(&mask, SIGINT), "the outer watch goes on");
    process_watch_finish(&watch);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    cr_expect(!sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGQUIT));
    cr_expect(sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM) && sigismember(&mask, SIGHUP), "it ends later");
    sigaction(SIGINT, NULL, &action);
    cr_expect_eq(action.sa_handler, SIG_DFL);
    process_watch_init(&watch, child);
}
