/* SPDX-License-Identifier: MIT
 *
 * A signal that was queued with a value arrives with that value, its code and its sender.
 *
 * cases: P21
 * ways: run trace look follow */
#include <signal.h>

#include "hard.h"

static siginfo_t seen;

static void on_signal(int number, siginfo_t *information, void *context)
{
    seen = *information;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    hard_begin(argc, argv);
    sigaction(SIGUSR1, &action, NULL);
    sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 4711});
    REQUIRE(seen.si_signo == SIGUSR1, "signal %d", seen.si_signo);
    REQUIRE(seen.si_code == SI_QUEUE, "code %d", seen.si_code);
    REQUIRE(seen.si_value.sival_int == 4711, "value %d", seen.si_value.sival_int);
    REQUIRE(seen.si_pid == getpid() && seen.si_uid == getuid(), "sent by %d", seen.si_pid);
    return hard_ok();
}
