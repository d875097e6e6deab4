/* SPDX-License-Identifier: MIT
 *
 * SIGTRAP of the program's own making (raised, by a breakpoint instruction, by single-stepping) reaches its handler with the same
 * code; a blocked signal stays blocked.
 *
 * expect: leaks none
 * expect: valgrind skip: it reports other codes */
#include <signal.h>
#include <stdio.h>

#include "target.h"

static volatile int traps[3];

static void on_trap(int number, siginfo_t *information, void *context)
{
    if (information->si_code == SI_TKILL)
        traps[0]++;
    else if (information->si_code == SI_KERNEL)
        traps[1]++;
    else if (information->si_code == TRAP_TRACE || information->si_code == TRAP_BRKPT)
        traps[2]++;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, NULL);
    raise(SIGTRAP);
    __asm__ volatile("int3");
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop; pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
    printf("raised %d, breakpoint %d, stepped %s\n", traps[0], traps[1], traps[2] > 0 ? "yes" : "no");
    return 0;
}
