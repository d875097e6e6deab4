/* SPDX-License-Identifier: MIT
 *
 * malloc+free pairs, twenty frames deep, without frame pointers: pairs PAIRS THREADS same|varying
 * `same`: the innermost function loops. `varying`: the innermost six frames are entered anew for each pair, on one of 64 paths.
 * Prints the CPU time of the loops of all threads in ns. */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

struct work {
    uint64_t pairs;
    uint64_t cpu_ns;
    bool varying;
};

static NOINLINE void pair(unsigned seed)
{
    void *block = malloc(16 + seed % 32 * 16);
    __asm__ volatile("" : "+r"(block) : : "memory");
    free(block);
}

/* A frame that goes one of two ways, as the lowest bit of `path` says. */
#define FORK(name, callee)                                                                                                         \
    static NOINLINE void name##_left(unsigned path, unsigned seed)                                                                 \
    {                                                                                                                              \
        volatile unsigned kept = path;                                                                                             \
        callee(path >> 1, seed + kept);                                                                                            \
    }                                                                                                                              \
    static NOINLINE void name##_right(unsigned path, unsigned seed)                                                                \
    {                                                                                                                              \
        volatile unsigned kept[4] = {path, seed};                                                                                  \
        callee(path >> 1, seed ^ kept[1]);                                                                                         \
    }                                                                                                                              \
    static inline void name(unsigned path, unsigned seed)                                                                          \
    {                                                                                                                              \
        if (path & 1)                                                                                                              \
            name##_left(path, seed);                                                                                               \
        else                                                                                                                       \
            name##_right(path, seed);                                                                                              \
    }
static inline void leaf(unsigned path, unsigned seed)
{
    pair(seed);
}
FORK(level1, leaf)
FORK(level2, level1)
FORK(level3, level2)
FORK(level4, level3)
FORK(level5, level4)

static NOINLINE void loop_varying(struct work *work)
{
    for (uint64_t i = 0; i < work->pairs; i++)
        level5((unsigned)(i * 2654435761U >> 16), (unsigned)i);
}

static NOINLINE void loop_same(struct work *work)
{
    for (uint64_t i = 0; i < work->pairs; i++)
        pair((unsigned)i);
}

static NOINLINE void descend(struct work *work, int frames)
{
    volatile int kept = frames;
    if (kept > 0)
        descend(work, kept - 1);
    else if (work->varying)
        loop_varying(work);
    else
        loop_same(work);
    __asm__ volatile("");
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void *run(void *argument)
{
    struct work *work = argument;
    uint64_t start = thread_cpu_ns();
    /* With pair(), the loop, the paths, this function and what the C library puts below it: twenty frames. */
    descend(work, work->varying ? 9 : 14);
    work->cpu_ns = thread_cpu_ns() - start;
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[64];
    struct work works[64];
    uint64_t total = 0;
    if (argc != 4 || atoi(argv[2]) < 1 || atoi(argv[2]) > 64)
        return 2;
    int count = atoi(argv[2]);
    for (int i = 0; i < count; i++) {
        works[i] = (struct work){.pairs = strtoull(argv[1], NULL, 10) / (uint64_t)count, .varying = !strcmp(argv[3], "varying")};
        if (pthread_create(&threads[i], NULL, run, &works[i]))
            return 1;
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        total += works[i].cpu_ns;
    }
    printf("%" PRIu64 "\n", total);
    return 0;
}
