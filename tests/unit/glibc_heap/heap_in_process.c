/* SPDX-License-Identifier: MIT
 *
 * Reads the heap of this very program, and compares it with the program's own book of live blocks and with what mallinfo2() says. A
 * plain program: a test library would have blocks of its own. Every round, the main thread and some others with arenas of their own
 * take and give back blocks at random, then all stand still. usage: heap_in_process ROUNDS (at least 50) */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "glibc_heap/glibc_heap.h"
#include "still_image.h"

/* Sanitizers bring their own. */
#if defined(__SANITIZE_ADDRESS__)
#define ANOTHER_MALLOC 1
#elif defined(__has_feature)
#define ANOTHER_MALLOC __has_feature(address_sanitizer)
#else
#define ANOTHER_MALLOC 0
#endif

#define THREADS    5 /* the main thread is number 0 */
#define SLOTS      3000
#define OPERATIONS 1000
#define OTHERS_MAX (8 + THREADS)

struct book {
    void *blocks[SLOTS];
};

static struct book *books; /* mapped: not a block itself */
static uint64_t thread_pointers[THREADS];
static int rounds;
static int blocked_from; /* from this round on the program break cannot grow */
static pthread_barrier_t barrier;
static int ended;
static int failures;

#define check(holds, ...)                                                                                                          \
    do {                                                                                                                           \
        if (!(holds)) {                                                                                                            \
            printf("FAILED: " __VA_ARGS__);                                                                                        \
            printf("\n");                                                                                                          \
            failures++;                                                                                                            \
        }                                                                                                                          \
    } while (0)

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717) >> 16;
}

static size_t random_size(uint64_t *random)
{
    static const size_t limits[] = {24, 120, 200, 200, 500, 1100, 1100, 4000, 20000, 70000};
    size_t kind = next_random(random) % 400;

    if (kind == 0)
        return next_random(random) % 3000000;
    if (kind < 4)
        return next_random(random) % 300000;
    if (kind < 20)
        return 632 + next_random(random) % 16; /* as large as a tcache struct */
    return next_random(random) % limits[kind % 10];
}

static void *take(uint64_t *random, void *old)
{
    size_t size = random_size(random);

    switch (next_random(random) % 8) {
    case 0:
        free(old);
        return calloc(1, size);
    case 1:
        free(old);
        return memalign((size_t)16 << next_random(random) % 13, size);
    case 2:
        free(old);
        return next_random(random) % 64 ? malloc(size) : memalign((size_t)1 << 21, size);
    case 3:
    case 4:
        return realloc(old, size + 1);
    default:
        free(old);
        return malloc(size);
    }
}

static void work(size_t thread, uint64_t *random)
{
    for (int i = 0; i < OPERATIONS; i++) {
        size_t slot = next_random(random) % SLOTS;
        /* Mostly the own blocks; sometimes one that another thread took, which nobody else touches in this round. */
        if (next_random(random) % 3 == 0) {
            free(books[thread].blocks[slot]);
            books[thread].blocks[slot] = NULL;
        } else {
            void *block = take(random, books[thread].blocks[slot]);
            if (block && next_random(random) % 2)
                memset(block, 0xa5, malloc_usable_size(block) < 4096 ? malloc_usable_size(block) : 4096);
            books[thread].blocks[slot] = block;
        }
    }
}

static void *run_thread(void *argument)
{
    size_t thread = (size_t)argument;
    uint64_t random = 1000 + thread;

    thread_pointers[thread] = (uint64_t)pthread_self(); /* fs_base (nptl: THREAD_SELF) */
    for (;;) {
        pthread_barrier_wait(&barrier);
        if (ended)
            return NULL;
        work(thread, &random);
        pthread_barrier_wait(&barrier);
    }
}

/* Blocks pass to other threads, which will give them back. */
static void hand_over(uint64_t *random)
{
    for (int i = 0; i < SLOTS / 4; i++) {
        size_t from = next_random(random) % THREADS, to = next_random(random) % THREADS, slot = next_random(random) % SLOTS;
        void *block = books[from].blocks[slot];
        books[from].blocks[slot] = books[to].blocks[slot];
        books[to].blocks[slot] = block;
    }
}

/* Others who move the program break, and memory of others beside malloc's mappings. */
static void disturb(int round, uint64_t *random)
{
    static const int thresholds[] = {128 << 10, 20000, 1 << 20, 5000};

    if (round % 10 == 3)
        mallopt(M_MMAP_THRESHOLD, thresholds[round / 10 % 4]);
    if (round % 7 == 2)
        malloc_trim(0);
    if (round % 9 == 4 && round < blocked_from) {
        size_t size = next_random(random) % 20000;
        void *foreign = sbrk((intptr_t)size);
        if (foreign != (void *)-1)
            memset(foreign, round % 2 ? 0x20 : 0, size);
    }
    if (round % 5 == 1) {
        uint64_t *foreign = mmap(NULL, 20 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t i = 0; foreign != MAP_FAILED && i < 20; i++)
            foreign[512 * i + 1] = 0x21;
    }
    if (round == blocked_from) {
        uint64_t end = ((uint64_t)sbrk(0) + 4095) & ~UINT64_C(4095);
        void *barred = mmap((void *)end, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        check(barred == (void *)end, "a mapping stands in the way of the program break: %s", strerror(errno));
    }
}

struct live {
    uint64_t address, size;
};

static int compare_live(const void *left, const void *right)
{
    const struct live *a = left, *b = right;

    return a->address < b->address ? -1 : a->address > b->address;
}

static struct live *book_entries(size_t *count)
{
    static struct live entries[THREADS * SLOTS];

    *count = 0;
    for (size_t i = 0; i < THREADS; i++)
        for (size_t k = 0; k < SLOTS; k++)
            if (books[i].blocks[k])
                entries[(*count)++] = (struct live){(uint64_t)books[i].blocks[k], malloc_usable_size(books[i].blocks[k])};
    qsort(entries, *count, sizeof *entries, compare_live);
    return entries;
}

/* What the C library has for itself: the vectors of thread-local storage (dtv) of the threads, the buffer of stdout, and what the
 * dynamic linker took. The first time these are noted, later they must be the same. */
static void check_others(const struct live *others, size_t count)
{
    static struct live known[64];
    static size_t known_count;

    if (known_count == 0) {
        check(count <= OTHERS_MAX, "the C library has at most %d blocks, not %zu", OTHERS_MAX, count);
        memcpy(known, others, (count < 64 ? count : 64) * sizeof *known);
        known_count = count;
    }
    check(count == known_count && memcmp(known, others, count * sizeof *known) == 0,
          "no block is told that does not exist: %zu others, not %zu, the first at %#lx", count, known_count,
          count ? (unsigned long)others[0].address : 0);
}

static void compare(const struct glibc_heap *heap, int round)
{
    static struct live others[64];
    size_t count, other_count = 0, i = 0, missing = 0;
    const struct live *entries = book_entries(&count);

    for (size_t k = 0; k < heap->block_count; k++) {
        struct live block = {heap->blocks[k].address, heap->blocks[k].size};
        for (; i < count && entries[i].address < block.address; i++, missing++)
            if (missing < 5)
                printf("round %d: %#lx, %lu bytes, is not told\n", round, entries[i].address, entries[i].size);
        if (i < count && entries[i].address == block.address) {
            check(entries[i].size == block.size, "round %d: %#lx has %lu bytes, not %lu", round, block.address, entries[i].size,
                  block.size);
            i++;
        } else if (other_count < 64) {
            others[other_count++] = block;
        }
    }
    missing += count - i;
    check(missing == 0, "round %d: all live blocks are told, but %zu of %zu are missing", round, missing, count);
    check_others(others, other_count);
}

static void check_sums(const struct glibc_heap *heap, const struct mallinfo2 *info, int round)
{
    uint64_t system = 0, available = 0, fast = 0, mapped = heap->mapped.count, live = 0;

    for (size_t i = 0; i < heap->arena_count; i++) {
        const struct glibc_arena *arena = &heap->arenas[i];
        system += arena->system_bytes;
        fast += arena->fast_bins.bytes;
        available += arena->unsorted.bytes + arena->small_bins.bytes + arena->large_bins.bytes + arena->top.bytes;
        live += arena->live.count;
    }
    check(system == info->arena, "round %d: memory of arenas: %lu, not %lu", round, system, info->arena);
    check(fast == info->fsmblks, "round %d: fast bins: %lu, not %lu", round, fast, info->fsmblks);
    check(available + fast == info->fordblks, "round %d: free: %lu, not %lu", round, available + fast, info->fordblks);
    check(mapped == info->hblks && heap->mapped.bytes == info->hblkhd, "round %d: mapped: %lu with %lu bytes, not %lu with %lu",
          round, mapped, heap->mapped.bytes, info->hblks, info->hblkhd);
    check(live + mapped == heap->block_count, "round %d: %lu live blocks are summed up, not %zu", round, live + mapped,
          heap->block_count);
}

static void read_image(const struct still_image *image, size_t threads, int round, struct glibc_heap *heap)
{
    struct glibc_heap_request request = {
        .memory = &image->view, .maps = &image->maps, .thread_pointers = thread_pointers, .thread_count = threads};

    glibc_heap_read(&request, heap);
    check(heap->state == GLIBC_HEAP_COMPLETE, "round %d: state %d: %s at %#lx", round, heap->state,
          glibc_heap_problem_text(heap->problem), heap->problem_address);
    check(heap->tcaches == THREADS && heap->tcaches_orphaned == THREADS - threads, "round %d: %zu tcaches, %zu orphaned", round,
          heap->tcaches, heap->tcaches_orphaned);
    compare(heap, round);
}

static void examine(int round)
{
    struct still_image image;
    struct glibc_heap heap;
    struct mallinfo2 info = mallinfo2();

    still_image_take(&image);
    read_image(&image, THREADS, round, &heap);
    check_sums(&heap, &info, round);
    if (round == rounds - 1)
        printf("%zu blocks, %zu arenas, %lu mapped, %lu foreign bytes, %u parts of the main arena\n", heap.block_count,
               heap.arena_count, heap.mapped.count, heap.arenas[0].foreign_bytes, heap.arenas[0].heaps);
    glibc_heap_finish(&heap);
    if (round % 50 == 49) { /* as in a child: the caches of threads that it does not have hold free blocks all the same */
        read_image(&image, 1, round, &heap);
        glibc_heap_finish(&heap);
    }
    still_image_release(&image);
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    uint64_t random = 7;

    if (ANOTHER_MALLOC)
        return 77;
    rounds = argc == 2 ? atoi(argv[1]) : 0;
    if (rounds < 50) /* before that not all has been done that the rounds do by turns */
        return 2;
    blocked_from = rounds * 7 / 10;
    printf("glibc\n");
    fflush(stdout);
    books = mmap(NULL, THREADS * sizeof *books, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_barrier_init(&barrier, NULL, THREADS);
    thread_pointers[0] = (uint64_t)pthread_self();
    for (size_t i = 1; i < THREADS; i++)
        pthread_create(&threads[i], NULL, run_thread, (void *)i);
    for (int round = 0; round < rounds && failures < 20; round++) {
        pthread_barrier_wait(&barrier);
        work(0, &random);
        pthread_barrier_wait(&barrier);
        hand_over(&random);
        disturb(round, &random);
        examine(round);
    }
    ended = 1;
    pthread_barrier_wait(&barrier);
    for (size_t i = 1; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%s\n", failures ? "failed" : "ok");
    return failures != 0;
}
