/* SPDX-License-Identifier: MIT
 * Another program from a thread of a process whose first thread has ended before. */
#include <pthread.h>

#include "trace_program.h"

static void *run(void *first)
{
    const char *arguments[] = {"true", NULL}, *environment[] = {NULL};

    pthread_join(*(pthread_t *)first, NULL);
    CALL(execve, "/bin/true", arguments, environment);
    return NULL;
}

int main(void)
{
    static pthread_t first;
    pthread_t thread;

    first = pthread_self();
    pthread_create(&thread, NULL, run, &first);
    CALL(exit, 0);
    return 1;
}
