/* SPDX-License-Identifier: MIT
 *
 * frag MODE [STATUS]: brings its memory into a state, says "ready", and holds it until a byte comes on standard input. Ends with
 * STATUS, or 7. If the byte is a 't', it calls malloc_trim(3) first, says "trimmed", and waits for another. No block is lost.
 *   pinned   takes many small blocks and gives nearly all back: one in a thousand stays, and the last of all
 *   fast     the same, with blocks so small that they go to fast bins
 *   threads  the same as `pinned` in the arenas of four threads that ran together
 *   all      nothing stays: the C library gives the memory back by itself
 *   none     nothing is ever given back: large, but by what it has
 *   many     the same, with blocks too many to be looked at without need
 *   leaderless  the first thread ends, another holds a block
 *   undumpable  lets nobody look who may not look at everything (prctl(2), PR_SET_DUMPABLE)
 *   parts    3 MiB of shared memory, 5 MiB mapped, 2 MiB of a thread's stack, 1 MiB of a file: all touched */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#else
#define malloc_trim(pad) ((void)(pad)) /* others have no such thing */
#endif

enum { GOOD = 7, BLOCKS = 150000, MANY = 250000, SIZE = 200, FAST_SIZE = 100, KEPT = 1000, THREADS = 4 };

static void **kept[THREADS];

/* Keeps every `step`th block and the last one; with 0, none. */
static void take_and_give(size_t place, size_t count, size_t size, size_t step)
{
    void **blocks = kept[place] = calloc(count, sizeof *blocks);

    for (size_t i = 0; i < count; i++)
        memset(blocks[i] = malloc(size), 1, size);
    for (size_t i = 0; i < count; i++) {
        if (step != 0 && (i % step == 0 || i + 1 == count))
            continue;
        free(blocks[i]);
        blocks[i] = NULL;
    }
}

static pthread_barrier_t together;

static void *fragment_arena(void *number)
{
    pthread_barrier_wait(&together);
    take_and_give((size_t)number, BLOCKS / THREADS, SIZE, KEPT);
    pthread_barrier_wait(&together);
    return NULL;
}

static void threads(void)
{
    pthread_t ids[THREADS];

    pthread_barrier_init(&together, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&ids[i], NULL, fragment_arena, (void *)i) != 0)
            _exit(1);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
}

static void require(bool good)
{
    if (!good)
        _exit(1);
}

static void map_and_touch(int file, size_t mebibytes, int flags)
{
    void *memory = mmap(NULL, mebibytes << 20, PROT_READ | PROT_WRITE, flags, file, 0);

    require(memory != MAP_FAILED);
    madvise(memory, mebibytes << 20, MADV_NOHUGEPAGE); /* exactly what is touched is resident */
    memset(memory, 1, mebibytes << 20);
}

static void *use_stack(void *nothing)
{
    volatile char frame[2 << 20];

    for (size_t i = 0; i < sizeof frame; i += 4096)
        frame[i] = 1;
    pthread_barrier_wait(&together);
    pause();
    return nothing;
}

static void parts(void)
{
    FILE *file = tmpfile();
    pthread_t id;

    require(file && ftruncate(fileno(file), 1 << 20) == 0);
    map_and_touch(-1, 3, MAP_SHARED | MAP_ANONYMOUS);
    map_and_touch(-1, 5, MAP_PRIVATE | MAP_ANONYMOUS);
    map_and_touch(fileno(file), 1, MAP_PRIVATE);
    pthread_barrier_init(&together, NULL, 2);
    require(pthread_create(&id, NULL, use_stack, NULL) == 0);
    pthread_barrier_wait(&together);
}

/* Says "ready", and waits for the byte. */
static void hold(void)
{
    char byte;

    puts("ready");
    for (;;) {
        require(read(STDIN_FILENO, &byte, 1) == 1);
        if (byte != 't')
            return;
        malloc_trim(0);
        puts("trimmed");
    }
}

static pthread_t leader;

static void *outlive_leader(void *status)
{
    require(pthread_join(leader, NULL) == 0);
    void *volatile block = malloc(SIZE);
    hold();
    free(block);
    exit(*(int *)status);
}

static void leaderless(int status)
{
    static int kept_status;
    pthread_t id;

    kept_status = status;
    leader = pthread_self();
    require(pthread_create(&id, NULL, outlive_leader, &kept_status) == 0);
    pthread_exit(NULL);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    const int status = argc > 2 ? atoi(argv[2]) : GOOD;

    setvbuf(stdout, NULL, _IONBF, 0);
    if (strcmp(mode, "pinned") == 0)
        take_and_give(0, BLOCKS, SIZE, KEPT);
    else if (strcmp(mode, "threads") == 0)
        threads();
    else if (strcmp(mode, "fast") == 0)
        take_and_give(0, BLOCKS, FAST_SIZE, KEPT);
    else if (strcmp(mode, "all") == 0)
        take_and_give(0, BLOCKS, SIZE, 0);
    else if (strcmp(mode, "none") == 0)
        take_and_give(0, BLOCKS, SIZE, 1);
    else if (strcmp(mode, "many") == 0)
        take_and_give(0, MANY, FAST_SIZE, 1);
    else if (strcmp(mode, "parts") == 0)
        parts();
    else if (strcmp(mode, "leaderless") == 0)
        leaderless(status);
    else if (strcmp(mode, "undumpable") == 0)
        take_and_give(0, KEPT, SIZE, 1);
    else
        return 2;
    require(strcmp(mode, "undumpable") != 0 || prctl(PR_SET_DUMPABLE, 0) == 0);
    hold();
    return status;
}
