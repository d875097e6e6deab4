/* SPDX-License-Identifier: MIT
 *
 * How long does it take to read the heap of glibc, and how much memory? Usage: heap_walk [BLOCKS [MEAN_SIZE]]
 *
 * The program takes blocks, in the main thread and in threads with arenas of their own, gives a part of them back in random order,
 * so that bins, tcaches and fast bins are full, and reads the heap of a child that is its copy. */
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/glibc_heap/still_image.h"
#include "base/xalloc.h"
#include "glibc_heap/glibc_heap.h"

#define THREADS 4

struct share {
    size_t count, mean, freed; /* one of `freed` blocks is given back */
    uint64_t random, thread_pointer;
};

static pthread_barrier_t barrier;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717) >> 16;
}

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double cpu_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void *take_share(void *argument)
{
    struct share *share = argument;
    void **blocks = malloc(share->count * sizeof *blocks);

    share->thread_pointer = (uint64_t)pthread_self();
    for (size_t i = 0; blocks && i < share->count; i++)
        blocks[i] = malloc(1 + next_random(&share->random) % (2 * share->mean));
    for (size_t i = 0; share->freed && i < share->count / share->freed; i++) {
        size_t victim = next_random(&share->random) % share->count;
        free(blocks[victim]);
        blocks[victim] = NULL;
    }
    pthread_barrier_wait(&barrier); /* all have what they have */
    pthread_barrier_wait(&barrier); /* the heap was read */
    return NULL;
}

static void read_and_report(const struct share *shares, const char *what)
{
    struct still_image image;
    struct glibc_heap heap;
    struct rusage before, usage;
    uint64_t pointers[THREADS], free_chunks = 0, bytes = 0;

    still_image_take(&image);
    for (size_t i = 0; i < THREADS; i++)
        pointers[i] = shares[i].thread_pointer;
    struct glibc_heap_request request = {
        .memory = &image.view, .maps = &image.maps, .thread_pointers = pointers, .thread_count = THREADS};
    getrusage(RUSAGE_SELF, &before);
    double start = now_ms(), cpu = cpu_ms();
    glibc_heap_read(&request, &heap);
    double end = now_ms(), cpu_end = cpu_ms();
    getrusage(RUSAGE_SELF, &usage);
    for (size_t i = 0; i < heap.arena_count; i++) {
        const struct glibc_arena *arena = &heap.arenas[i];
        free_chunks += arena->unsorted.count + arena->small_bins.count + arena->large_bins.count + arena->fast_bins.count;
        bytes += arena->system_bytes;
    }
    printf("%-10s %9zu live %8" PRIu64 " free %5.0f MB: %5.0f ms, CPU %5.0f ms, %4.1f ns/chunk, memory added %4ld MiB (%s)\n", what,
           heap.block_count, free_chunks, (double)bytes / 1e6, end - start, cpu_end - cpu,
           (cpu_end - cpu) * 1e6 / (double)(heap.block_count + free_chunks), (usage.ru_maxrss - before.ru_maxrss) / 1024,
           heap.state == GLIBC_HEAP_COMPLETE ? "complete" : glibc_heap_problem_text(heap.problem));
    glibc_heap_finish(&heap);
    still_image_release(&image);
}

static void measure(size_t count, size_t mean, size_t freed, const char *what)
{
    struct share shares[THREADS];
    pthread_t threads[THREADS];

    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (size_t i = 0; i < THREADS; i++) {
        shares[i] = (struct share){count / THREADS, mean, freed, i + 1, 0};
        pthread_create(&threads[i], NULL, take_share, &shares[i]);
    }
    pthread_barrier_wait(&barrier);
    read_and_report(shares, what);
    pthread_barrier_wait(&barrier);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* In a process of its own, so that the heap and the peak of memory are its own, too. */
static void measure_apart(size_t count, size_t mean, size_t freed, const char *what)
{
    pid_t pid = fork();

    if (pid == 0) {
        mallopt(M_ARENA_MAX, THREADS);
        measure(count, mean, freed, what);
        exit(0);
    }
    waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 10000000, mean = argc > 2 ? strtoul(argv[2], NULL, 0) : 80;

    measure_apart(count, mean, 0, "packed");
    measure_apart(count, mean, 2, "torn");
    return 0;
}
