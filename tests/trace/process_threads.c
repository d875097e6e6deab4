/* SPDX-License-Identifier: MIT
 * Threads that take turns. */
#include <pthread.h>
#include <signal.h>

#include "trace_program.h"

static void *run(void *unused)
{
    CALL(gettid);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, run, NULL);
        pthread_join(thread, NULL);
    }
    return 0;
}
