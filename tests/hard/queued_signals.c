/* SPDX-License-Identifier: MIT
 *
 * Thirty-two queued signals with values arrive in the order of their numbers and, for each number, in the order in which they were
 * sent.
 *
 * cases: P21
 * ways: run trace look follow */
#include <signal.h>

#include "hard.h"

static int values[64], count;

static void on_signal(int number, siginfo_t *information, void *context)
{
    values[count++] = information->si_value.sival_int;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigset_t set, before;

    hard_begin(argc, argv);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    sigaddset(&set, SIGRTMIN + 2);
    action.sa_mask = set;
    sigaction(SIGRTMIN + 1, &action, NULL);
    sigaction(SIGRTMIN + 2, &action, NULL);
    sigprocmask(SIG_BLOCK, &set, &before);
    for (int i = 0; i < 16; i++) {
        sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 100 + i});
        sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i});
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    REQUIRE(count == 32, "%d signals", count);
    for (int i = 0; i < 32; i++)
        REQUIRE(values[i] == (i < 16 ? i : 84 + i), "value %d was %d", i, values[i]);
    return hard_ok();
}
