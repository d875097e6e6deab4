/* SPDX-License-Identifier: MIT
 *
 * A MiB of thread-local memory in the program, and threads that use all of it: nobody else's thread-local memory is in the way.
 *
 * cases: S03
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 4, "bytes": 4000} */
#include <pthread.h>

#include "hard.h"

static _Thread_local unsigned char large[1 << 20];

static void *use(void *number)
{
    memset(large, (int)(long)number, sizeof large);
    hard_lose(1000);
    for (size_t i = 0; i < sizeof large; i += 4096)
        REQUIRE(large[i] == (unsigned char)(long)number, "thread-local memory was changed");
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t threads[4];

    hard_begin(argc, argv);
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, use, (void *)(i + 1));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return hard_ok();
}
