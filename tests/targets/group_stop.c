/* SPDX-License-Identifier: MIT
 *
 * A child stops itself and is continued by its parent, who sees both; values sent with signals arrive.
 *
 * expect: process exit 0
 * expect: process exit 21 definite 1 24
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind skip: it does not pass on values of signals */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void child(void)
{
    sigset_t set;
    siginfo_t information;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    raise(SIGSTOP);
    for (int i = 0; i < 3; i++)
        if (sigwaitinfo(&set, &information) != SIGRTMIN || information.si_value.sival_int != i + 40 ||
            information.si_code != SI_QUEUE)
            exit(1);
    lose_block();
    clear_stack();
    exit(21);
}

int main(void)
{
    sigset_t set;
    int status;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t pid = fork();
    if (pid == 0)
        child();
    if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
        return 1;
    puts("stopped");
    for (int i = 0; i < 3; i++)
        sigqueue(pid, SIGRTMIN, (union sigval){.sival_int = i + 40});
    kill(pid, SIGCONT);
    if (waitpid(pid, &status, WCONTINUED) != pid || !WIFCONTINUED(status))
        return 2;
    puts("continued");
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 21)
        return 3;
    return 0;
}
