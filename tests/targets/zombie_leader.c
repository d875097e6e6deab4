/* SPDX-License-Identifier: MIT
 *
 * The main thread ends first; another thread loses a block and ends the process.
 *
 * expect: process exit 3
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block
 * expect: valgrind gives definite 1 24: it takes descriptors of running threads for possibly lost */
#include <pthread.h>

#include "target.h"

static pthread_t main_thread;

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void *worker(void *unused)
{
    pthread_join(main_thread, NULL);
    lose_block();
    clear_stack();
    exit(3);
}

int main(void)
{
    pthread_t thread;
    main_thread = pthread_self();
    if (pthread_create(&thread, NULL, worker, NULL))
        return 1;
    pthread_exit(NULL);
}
