/* SPDX-License-Identifier: MIT
 * Another program from a thread that is not the first: the kernel ends the others and gives it the process id. */
#include <pthread.h>

#include "trace_program.h"

static int ends[2];

/* Once the first thread is in a call that it does not come back from. */
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
    static char more[1 << 17]; /* than a pipe holds */
    pthread_t thread;

    CALL(pipe, ends);
    pthread_create(&thread, NULL, run, NULL);
    CALL(write, ends[1], more, sizeof more);
    return 1;
}
