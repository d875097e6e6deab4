/* SPDX-License-Identifier: MIT
 * Another program from a thread that is not the first: the kernel ends the others and gives it the process id. */
#include <pthread.h>

#include "trace_program.h"

static void *run(void *unused)
{
    const char *arguments[] = {"true", NULL}, *environment[] = {NULL};

    CALL(execve, "/bin/true", arguments, environment);
    return NULL;
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, run, NULL);
    for (;;)
        CALL(pause);
}
