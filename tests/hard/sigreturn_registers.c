/* SPDX-License-Identifier: MIT
 *
 * A handler sets what the interrupted code finds in its registers: a value like an error of a system call is none.
 *
 * cases: P35
 * ways: run trace look follow */
#include <signal.h>
#include <ucontext.h>

#include "hard.h"

static void on_signal(int number, siginfo_t *information, void *context)
{
    ucontext_t *interrupted = context;

    interrupted->uc_mcontext.gregs[REG_RAX] = -4;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    long rax = 1;

    hard_begin(argc, argv);
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 0; i < 10; i++) {
        rax = 1;
        __asm__ volatile("int3" : "+a"(rax) : : "memory");
        REQUIRE(rax == -4, "rax is %ld", rax);
    }
    return hard_ok();
}
