/* SPDX-License-Identifier: MIT
 *
 * A hundred thousand blocks are taken by one thread and freed by another at once: none is lost, and none is freed twice.
 *
 * cases: S35
 * ways: run trace look follow
 * report: .summary.verdict == "clean" and (.processes[0].errors | length) == 0 */
#include <pthread.h>
#include <stdatomic.h>

#include "hard.h"

enum { BLOCKS = 100000, PLACES = 64 };
static _Atomic(char *) places[PLACES];

static void *give_back(void *unused)
{
    for (int i = 0; i < BLOCKS; i++) {
        char *block;
        while (!(block = atomic_exchange(&places[i % PLACES], NULL)))
            sched_yield();
        free(block);
    }
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    hard_begin(argc, argv);
    pthread_create(&thread, NULL, give_back, NULL);
    for (int i = 0; i < BLOCKS; i++) {
        char *block = malloc(32), *expected = NULL;
        while (!atomic_compare_exchange_weak(&places[i % PLACES], &expected, block)) {
            expected = NULL;
            sched_yield();
        }
    }
    pthread_join(thread, NULL);
    return hard_ok();
}
