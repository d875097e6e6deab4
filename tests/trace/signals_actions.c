/* SPDX-License-Identifier: MIT
 * What is done on signals. */
#include <signal.h>

#include "trace_program.h"

struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static void handler(int signal)
{
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_SIGINFO | SA_NODEFER};
    struct kernel_action raw = {SIG_IGN, 0, NULL, 0}, old;

    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGRTMIN + 3);
    sigaction(SIGUSR1, &action, NULL);
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESETHAND;
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGUSR2, NULL, &action);
    CALL(rt_sigaction, SIGTERM, &raw, &old, 8);
    CALL(rt_sigaction, SIGTERM, NULL, &old, 8);
    raw.handler = SIG_DFL;
    raw.flags = 0x04000000 | 0x10000 | SA_NOCLDSTOP;
    raw.mask = ~(unsigned long)0 & ~0x4000UL;
    CALL(rt_sigaction, SIGTERM, &raw, NULL, 8);
    CALL(rt_sigaction, SIGTERM, &old, &raw, 8);
    raw.handler = SIG_ERR;
    raw.flags = 0x100000;
    CALL(rt_sigaction, SIGKILL, &raw, &old, 8);
    CALL(rt_sigaction, 77, NULL, NULL, 9);
    CALL(rt_sigaction, SIGINT, NOWHERE, NOWHERE, 8);
    CALL(rt_sigaction, SIGINT, at_the_edge(&raw, 24), NULL, 8);
    return 0;
}
