/* SPDX-License-Identifier: MIT
 * Sets of signals. */
#include <signal.h>

#include "trace_program.h"

static void handler(int signal)
{
}

int main(void)
{
    unsigned long set = 0, old;
    stack_t stack = {.ss_sp = &set, .ss_size = 16384}, before;

    CALL(rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
    set = 1UL << (SIGUSR1 - 1) | 1UL << (SIGCHLD - 1) | 1UL << 40;
    CALL(rt_sigprocmask, SIG_SETMASK, &set, &old, 8);
    CALL(rt_sigprocmask, SIG_UNBLOCK, NULL, &old, 8);
    set = ~0UL;
    CALL(rt_sigprocmask, SIG_SETMASK, &set, &old, 8);
    set = ~0UL >> 20;
    CALL(rt_sigprocmask, SIG_SETMASK, &set, &old, 8);
    set = 0;
    CALL(rt_sigprocmask, 5, &set, &old, 8);
    CALL(rt_sigprocmask, SIG_SETMASK, &set, NULL, 16);
    CALL(rt_sigprocmask, SIG_SETMASK, NOWHERE, NULL, 8);
    set = 1UL << (SIGUSR1 - 1);
    CALL(rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
    CALL(tkill, getpid(), SIGUSR1);
    CALL(rt_sigpending, &old, 8);
    CALL(rt_sigpending, &old, 4);
    CALL(rt_sigpending, NULL, 8);
    signal(SIGUSR1, handler);
    set = 0;
    CALL(rt_sigsuspend, &set, 8);
    CALL(rt_sigsuspend, NULL, 7);
    CALL(sigaltstack, NULL, &before);
    CALL(sigaltstack, &stack, &before);
    stack.ss_flags = SS_DISABLE;
    CALL(sigaltstack, &stack, &before);
    stack.ss_flags = 1 << 31;
    CALL(sigaltstack, &stack, NULL);
    stack.ss_flags = 77;
    CALL(sigaltstack, &stack, NULL);
    CALL(sigaltstack, NOWHERE, NULL);
    CALL(signalfd, -1, &set, 8);
    CALL(signalfd4, -1, &set, 8, 02004000);
    CALL(signalfd4, -1, NULL, 8, 1);
    return 0;
}
