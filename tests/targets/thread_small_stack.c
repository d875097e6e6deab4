/* SPDX-License-Identifier: MIT
 *
 * The smallest stack that a thread may have, and an alternate signal stack of 8 KiB, are enough for malloc and for finding the
 * callers.
 *
 * expect: leaks definite 2 300
 * expect: record definite 1 100 in lose_on_small_stack worker
 * expect: record definite 1 200 in on_signal interrupted main
 * expect: valgrind skip: it needs larger stacks itself */
#include <limits.h>
#include <pthread.h>
#include <signal.h>

#include "target.h"

static NOINLINE void lose_on_small_stack(void)
{
    opaque(malloc(100));
}

static void *worker(void *unused)
{
    lose_on_small_stack();
    clear_stack();
    return NULL;
}

static NOINLINE void on_signal(int number)
{
    free(opaque(malloc(5000)));
    opaque(malloc(200));
}

static NOINLINE void interrupted(void)
{
    raise(SIGUSR1);
    __asm__ volatile("");
}

int main(void)
{
    static char space[8192];
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
    if (pthread_create(&thread, &attributes, worker, NULL))
        return 1;
    pthread_join(thread, NULL);
    sigaltstack(&(stack_t){.ss_sp = space, .ss_size = sizeof space}, NULL);
    sigaction(SIGUSR1, &action, NULL);
    interrupted();
    for (size_t i = 0; i < sizeof space; i++)
        space[i] = 0;
    opaque(space);
    clear_stack();
    return 0;
}
