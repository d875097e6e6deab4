/* SPDX-License-Identifier: MIT
 *
 * An image whose threads are all in malloc and free is replaced, several times, from one of those threads.
 *
 * expect: args 8
 * expect: repeat process 8 exec
 * expect: process exit 0 definite 1 24
 * expect: leaks definite 1 24
 * expect: valgrind skip: it does not survive an exec from a thread */
#include <pthread.h>
#include <unistd.h>

#include "target.h"

static char **arguments;
static volatile int all_started; /* a thread under creation while the image goes could fail to start, and end the program */

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void *busy(void *executes)
{
    for (unsigned long i = 0;; i++) {
        free(opaque(malloc(i % 2000)));
        if (executes && i >= 20000 && all_started)
            execv("/proc/self/exe", arguments);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    int left = atoi(argv[1]);
    if (left == 0) {
        lose_block();
        clear_stack();
        return 0;
    }
    *argv[1] -= 1; /* one digit */
    arguments = argv;
    for (int i = 0; i < 4; i++)
        if (pthread_create(&thread, NULL, busy, i == 2 ? argv : NULL))
            return 1;
    all_started = 1;
    for (;;)
        pause();
}
