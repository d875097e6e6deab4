/* SPDX-License-Identifier: MIT
 * Signals that the kernel sends. */
#include <signal.h>
#include <setjmp.h>
#include <sys/wait.h>

#include "trace_program.h"

static sigjmp_buf back;

static void handler(int signal)
{
    siglongjmp(back, 1);
}

static void die(int how)
{
    volatile int zero = 0;

    switch (how) {
    case 0:
        *(volatile char *)0x10 = 0;
        break;
    case 1:
        zero = 1 / zero;
        break;
    case 2:
        __builtin_trap();
        break;
    case 3:
        __asm__ volatile("int3");
        break;
    case 4:
        __asm__ volatile("hlt");
        break;
    default:
        CALL(tgkill, getpid(), getpid(), SIGABRT);
    }
}

int main(void)
{
    const int signals[] = {SIGSEGV, SIGFPE, SIGILL, SIGTRAP};

    for (int i = 0; i < 4; i++)
        signal(signals[i], handler);
    for (volatile int i = 0; i < 5; i++)
        if (!sigsetjmp(back, 1))
            die(i);
    for (int i = 0; i < 4; i++)
        signal(signals[i], SIG_DFL);
    hold_child_signals();
    if (CALL(fork) == 0)
        die(5);
    CALL(wait4, -1, NULL, 0, NULL);
    if (CALL(fork) == 0)
        die(0);
    CALL(wait4, -1, NULL, 0, NULL);
    int ends[2];
    CALL(pipe, ends);
    CALL(close, ends[0]);
    signal(SIGPIPE, SIG_IGN);
    CALL(write, ends[1], "x", 1);
    signal(SIGPIPE, SIG_DFL);
    CALL(write, ends[1], "x", 1);
    return 0;
}
