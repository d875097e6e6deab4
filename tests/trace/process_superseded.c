/* SPDX-License-Identifier: MIT
 * Another program from a thread that is not the first: the kernel ends the others and gives it the process id. */
#include <pthread.h>

#include "trace_program.h"

static int ends[2];

/* Once the first thread has nothing to do but to wait. */
static void *run(void *unused)
{
    const char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    char byte;

    CALL(read, ends[0], &byte, 1);
    CALL(execve, "/bin/true", arguments, environment);
    return NULL;
}

int main(void)
{
    pthread_t thread;

    CALL(pipe, ends);
    pthread_create(&thread, NULL, run, NULL);
    CALL(write, ends[1], "", 1);
    for (;;)
        CALL(pause);
}
