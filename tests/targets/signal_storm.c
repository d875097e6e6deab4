/* SPDX-License-Identifier: MIT
 *
 * A timer signal strikes all the time while the program takes and frees blocks, and its handler takes and frees some too. The first
 * ten blocks that the handler keeps for nobody are lost; nothing else is.
 *
 * expect: leaks definite 11 1380
 * expect: record definite 1 380 in lose_block main
 * expect: valgrind skip: signals come at other places */
#include <signal.h>
#include <sys/time.h>

#include "signal_context.h"
#include "target.h"

static volatile unsigned long strikes, lost;

static NOINLINE void lose_in_handler(void)
{
    opaque(malloc(100));
}

static NOINLINE void lose_block(void)
{
    opaque(malloc(380));
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    if (struck_libc(context))
        return;
    for (int i = 0; i < 20; i++)
        free(opaque(malloc(24 + i * 16)));
    if (lost < 10) {
        lost++;
        lose_in_handler();
        clear_stack();
    }
    strikes++;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct itimerval every = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    dl_iterate_phdr(find_libc, NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    while (strikes < 300)
        for (int i = 0; i < 100; i++)
            free(opaque(malloc(24 + i % 20 * 16)));
    setitimer(ITIMER_REAL, &never, NULL);
    lose_block();
    clear_stack();
    return 0;
}
