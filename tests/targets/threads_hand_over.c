/* SPDX-License-Identifier: MIT
 *
 * Eight threads take 100 000 blocks each and pass them on to the next thread, which frees them, except every ten-thousandth one.
 *
 * expect: leaks definite 80 3840
 * expect: record definite 80 3840 in take_block produce
 * expect: valgrind skip: memcheck needs minutes */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "target.h"

#define THREADS 8
#define BLOCKS  100000
#define ROOM    512

static struct channel {
    _Atomic unsigned written, read;
    void *_Atomic slots[ROOM];
} channels[THREADS];

static NOINLINE void *take_block(void)
{
    return malloc(48);
}

static NOINLINE void produce(struct channel *channel, unsigned count)
{
    channel->slots[count % ROOM] = take_block();
    channel->written = count + 1;
}

static NOINLINE void consume(struct channel *channel, unsigned count)
{
    void *block = channel->slots[count % ROOM];
    channel->slots[count % ROOM] = NULL;
    channel->read = count + 1;
    if (count % 10000 != 5000)
        free(block);
}

static void *worker(void *number)
{
    struct channel *mine = &channels[(uintptr_t)number], *next = &channels[((uintptr_t)number + 1) % THREADS];
    unsigned produced = 0, consumed = 0;
    while (produced < BLOCKS || consumed < BLOCKS) {
        if (produced < BLOCKS && produced - next->read < ROOM)
            produce(next, produced++);
        else if (consumed < mine->written)
            consume(mine, consumed++);
        else
            sched_yield();
    }
    clear_stack();
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, worker, (void *)i))
            return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    clear_stack();
    return 0;
}
