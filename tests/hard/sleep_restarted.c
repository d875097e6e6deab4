/* SPDX-License-Identifier: MIT
 *
 * A sleep that is stopped and continued lasts as long as it should, and a call that a handler interrupts fails or starts again as
 * its action says.
 *
 * cases: P20 P19
 * ways: run trace look follow */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "hard.h"

static int strikes;

static void on_alarm(int number)
{
    strikes++;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check_sleep_of_child(void)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        double start = seconds_now();
        REQUIRE(nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL) == 0, "the sleep was interrupted");
        _exit(seconds_now() - start >= 0.06 ? 0 : 1);
    }
    for (int i = 0; i < 3; i++) {
        usleep(5000);
        kill(pid, SIGSTOP);
        REQUIRE(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "status %#x", status);
        kill(pid, SIGCONT);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && status == 0, "status %#x", status);
}

/* Reads from a pipe, into which a byte comes with the fifth strike. */
static void check_read(int flags, int expected)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    struct itimerval every = {.it_interval = {.tv_usec = 5000}, .it_value = {.tv_usec = 5000}};
    int ends[2];
    char byte;

    REQUIRE(pipe(ends) == 0, "no pipe");
    sigaction(SIGALRM, &action, NULL);
    pid_t pid = fork();
    if (pid == 0) {
        usleep(40000);
        _exit(write(ends[1], "x", 1) != 1);
    }
    setitimer(ITIMER_REAL, &every, NULL);
    ssize_t got = read(ends[0], &byte, 1);
    int error = errno;
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    REQUIRE(expected == 1 ? got == 1 : got == -1 && error == EINTR, "read gave %zd, %s", got, strerror(error));
    while (waitpid(pid, NULL, 0) != pid)
        ;
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    check_sleep_of_child();
    check_read(SA_RESTART, 1);
    check_read(0, -1);
    REQUIRE(strikes > 1, "%d strikes", strikes);
    return hard_ok();
}
