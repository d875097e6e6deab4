/* SPDX-License-Identifier: MIT
 *
 * stuck: a thread that is inside the allocator for good, with the lock of the main arena, and one that never leaves code of its
 * own. Says "ready", and ends with status 7 when a byte comes on standard input. */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { GOOD = 7, BAD = 8 };

static void require(int good)
{
    if (!good)
        _exit(BAD);
}

static void *spin(void *unused)
{
    for (volatile long i = 0;; i++)
        continue;
    return unused;
}

/* malloc_stats(3) has the lock while it writes to standard error, where there is no room. */
static void *hold_lock(void *unused)
{
    int ends[2];
    char page[4096] = "";

    require(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[1], page, sizeof page) > 0)
        continue;
    require(fcntl(ends[1], F_SETFL, 0) == 0 && dup2(ends[1], STDERR_FILENO) >= 0);
    puts("ready");
    fflush(stdout);
    malloc_stats();
    return unused;
}

int main(void)
{
    pthread_t ids[2];
    char byte;

    require(pthread_create(&ids[0], NULL, spin, NULL) == 0 && pthread_create(&ids[1], NULL, hold_lock, NULL) == 0);
    require(read(STDIN_FILENO, &byte, 1) == 1);
    _exit(GOOD);
}
