/* SPDX-License-Identifier: MIT
 *
 * A handler leaves by siglongjmp from wherever the program was, malloc and free included. Blocks may be lost by that, natively too;
 * what is lost afterwards is reported.
 *
 * expect: more
 * expect: record definite 1 4321 in lose_block main
 * expect: valgrind skip: signals come at other places */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "signal_context.h"
#include "target.h"

static sigjmp_buf back;
static volatile int strikes;

static NOINLINE void lose_block(void)
{
    opaque(malloc(4321));
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    if (struck_libc(context))
        return;
    strikes++;
    siglongjmp(back, 1);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    struct itimerval every = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    dl_iterate_phdr(find_libc, NULL);
    sigsetjmp(back, 1);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    /* On a busy machine most signals strike right behind the handler, in the C library. */
    while (strikes < 100)
        free(opaque(malloc(40)));
    setitimer(ITIMER_REAL, &never, NULL);
    lose_block();
    clear_stack();
    return 0;
}
