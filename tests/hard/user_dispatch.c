/* SPDX-License-Identifier: MIT
 *
 * System calls that the program answers itself (syscall user dispatch): as it wants them, and the others are made.
 *
 * cases: P36
 * ways: run trace look follow */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "hard.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF          0
#define PR_SYS_DISPATCH_ON           1
#endif

static volatile char selector; /* 0: calls are made */

static void on_sigsys(int number, siginfo_t *information, void *context)
{
    ucontext_t *interrupted = context;

    selector = 0;
    interrupted->uc_mcontext.gregs[REG_RAX] = information->si_syscall == SYS_getppid ? 4711 : -1;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};

    hard_begin(argc, argv);
    sigaction(SIGSYS, &action, NULL);
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0L, 0L, &selector) != 0)
        return hard_ok(); /* this kernel has none */
    for (int i = 0; i < 10; i++) {
        long answer;
        selector = 1;
        __asm__ volatile("syscall" : "=a"(answer) : "a"(SYS_getppid) : "rcx", "r11", "memory");
        REQUIRE(answer == 4711, "the call was made: %ld", answer);
    }
    prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0L, 0L, NULL);
    return hard_ok();
}
