/* SPDX-License-Identifier: MIT
 *
 * How long does the leak scan take, and how much memory? Usage: heap_scan [held|lost|rings|possible]...
 *
 * A child process fills memory with blocks laid out as glibc does, and stays; its memory is read with process_vm_readv, as that of
 * a real target is. 2 of 5 blocks stand in a random binary tree, the others hang below random blocks, so that most steps go to a
 * place far away. "held" hangs all of it on a root, "lost" leaves it lost, "rings" closes all into one lost ring, "possible" keeps
 * nothing but pointers to the insides of blocks. */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "heap/leak_scan.h"
#include "heap/snapshot.h"

enum shape { HELD, LOST, RINGS, POSSIBLE, SHAPES };
static const char *const shape_names[] = {"held", "lost", "rings", "possible"};

struct heap {
    unsigned char *memory; /* same address in the child */
    size_t size;
    uint64_t *globals; /* one page of roots */
    struct heap_block *blocks;
    size_t count;
};

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

/* Requested sizes from 24 bytes to twice the mean less that, in chunks of glibc's. */
static void lay_out(struct heap *heap, size_t count, uint64_t mean)
{
    uint64_t random = 1, offset = 16;

    heap->blocks = xreallocarray(NULL, count, sizeof *heap->blocks);
    heap->count = count;
    for (size_t i = 0; i < count; i++) {
        uint64_t size = 24 + next_random(&random) % (2 * (mean - 24) + 1);
        heap->blocks[i] =
            (struct heap_block){.address = offset, .size = size, .site = (1 + next_random(&random) % 1000) & 0xffffff};
        offset += (size + 8 + 15) & ~UINT64_C(15);
    }
    heap->size = (offset + 4095) & ~UINT64_C(4095);
    heap->memory = mmap(NULL, heap->size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (heap->memory == MAP_FAILED)
        exit(1);
    heap->globals = (uint64_t *)(heap->memory + heap->size);
    for (size_t i = 0; i < count; i++)
        heap->blocks[i].address += (uintptr_t)heap->memory;
}

static uint64_t *words_of(const struct heap *heap, size_t block)
{
    return (uint64_t *)(uintptr_t)heap->blocks[block].address;
}

/* The first three words hold pointers, small numbers and characters fill the rest. */
static void fill(const struct heap *heap, enum shape shape)
{
    uint64_t random = 2, offset = shape == POSSIBLE ? 16 : 0;
    uint32_t *order = xreallocarray(NULL, heap->count, sizeof *order);

    for (size_t i = 0; i < heap->count; i++) {
        size_t j = next_random(&random) % (i + 1);
        order[i] = order[j];
        order[j] = (uint32_t)i;
        for (size_t word = 3; word < heap->blocks[i].size / 8; word++)
            words_of(heap, i)[word] = word % 2 ? word : UINT64_C(0x6c6c612073692020);
    }
    for (size_t i = 1; i < heap->count; i++) {
        size_t tree = (heap->count + 1) / 2, parent = i < tree ? (i - 1) / 2 : i - tree;
        words_of(heap, order[parent])[i < tree ? (i - 1) % 2 : 2] = heap->blocks[order[i]].address + offset;
    }
    if (shape == HELD || shape == POSSIBLE)
        heap->globals[0] = heap->blocks[order[0]].address + offset;
    for (size_t i = 0; shape == RINGS && i < heap->count; i++)
        words_of(heap, order[i])[2] = heap->blocks[order[(i + 1) % heap->count]].address;
    free(order);
}

static pid_t start_child(const struct heap *heap, enum shape shape)
{
    int ready[2];
    char byte;

    if (pipe(ready) != 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        fill(heap, shape);
        if (write(ready[1], "", 1) == 1)
            pause();
        _exit(0);
    }
    close(ready[1]);
    if (pid < 0 || read(ready[0], &byte, 1) != 1)
        exit(1);
    close(ready[0]);
    return pid;
}

static size_t read_child(void *context, uint64_t address, void *buffer, size_t size)
{
    struct iovec local = {buffer, size}, remote = {(void *)(uintptr_t)address, size};
    ssize_t done = process_vm_readv(*(pid_t *)context, &local, 1, &remote, 1, 0);

    return done < 0 ? 0 : (size_t)done;
}

static void report(const struct heap *heap, const struct leak_result *result, const char *shape, double begin, double finish)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("%-8s %9zu blocks %5.0f MB: begin %5.0f ms, finish %5.0f ms, together %5.0f ms, %4.0f ns/block, peak RSS %4ld MiB",
           shape, heap->count, (double)heap->size / 1e6, begin, finish, begin + finish,
           (begin + finish) * 1e6 / (double)heap->count, usage.ru_maxrss / 1024);
    for (int kind = 0; kind < LEAK_KINDS; kind++)
        printf(" %" PRIu64, result->total[kind].blocks);
    printf("\n");
}

static void measure(size_t count, uint64_t mean, enum shape shape)
{
    struct heap heap;
    struct leak_result result;

    lay_out(&heap, count, mean);
    pid_t pid = start_child(&heap, shape);
    uint64_t base = (uintptr_t)heap.memory;
    struct memory_region regions[] = {{base, base + heap.size, REGION_HEAP},
                                      {base + heap.size, base + heap.size + 4096, REGION_FILE}};
    struct heap_site *sites = xcalloc(1001, sizeof *sites);
    struct snapshot snapshot = {.memory = {.read = read_child, .context = &pid},
                                .blocks = heap.blocks,
                                .block_count = heap.count,
                                .sites = sites,
                                .site_count = 1001,
                                .regions = regions,
                                .region_count = 2,
                                .glibc = true};

    double start = now_ms();
    struct leak_scan *scan = leak_scan_begin(&snapshot);
    double middle = now_ms();
    leak_scan_finish(scan, NULL, NULL, &result);
    report(&heap, &result, shape_names[shape], middle - start, now_ms() - middle);
    leak_result_finish(&result);
    free(sites);
    free(heap.blocks);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* In a process of its own, so that the peak of memory is its own too. */
static void measure_apart(size_t count, uint64_t mean, enum shape shape)
{
    pid_t pid = fork();

    if (pid == 0) {
        measure(count, mean, shape);
        exit(0);
    }
    waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
    printf("the last five numbers: blocks that are definite, indirect, possible, reachable, suppressed\n");
    for (int shape = 0; shape < SHAPES; shape++) {
        bool wanted = argc == 1;
        for (int i = 1; i < argc; i++)
            wanted |= strcmp(argv[i], shape_names[shape]) == 0;
        if (!wanted)
            continue;
        fflush(stdout);
        measure_apart(1200000, 108, (enum shape)shape);
        measure_apart(15000000, 80, (enum shape)shape);
    }
    return 0;
}
