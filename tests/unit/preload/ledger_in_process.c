/* SPDX-License-Identifier: MIT
 *
 * What the shim writes down, read by the very program that it watches. Run with the shim preloaded; each check prints its name if
 * it fails. A plain program: Criterion would be watched, too. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/ledger.h"

static struct lw_ledger *ledger;
static int failures;

static void check(int holds, const char *what)
{
    if (!holds) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

static uint64_t *word_of(const void *block)
{
    uint64_t address = (uint64_t)block;
    uint64_t *table = (uint64_t *)ledger->directory[address >> LW_TABLE_SHIFT];
    uint64_t *chunk = table ? (uint64_t *)table[address >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)] : NULL;
    return chunk ? &chunk[(address & (LW_CHUNK_SPAN - 1)) >> ledger->granule_shift] : NULL;
}

static uint64_t word(const void *block)
{
    uint64_t *at = word_of(block);
    return at && LW_WORD_HALF(*at) == ((uint64_t)block >> 4 & 1) ? *at : 0;
}

static int is_live(const void *block, uint64_t size, enum lw_family family)
{
    uint64_t w = word(block);
    uint64_t found = LW_WORD_SIZE_FIELD(w);
    if (found == LW_SIZE_ELSEWHERE)
        found = word_of(block)[1] >> 2;
    return LW_WORD_STATE(w) == LW_WORD_LIVE && found == size && LW_WORD_FAMILY(w) == (uint32_t)family && LW_WORD_SITE(w) != 0;
}

static int is_dead(const void *block)
{
    return LW_WORD_STATE(word(block)) == LW_WORD_FREED;
}

static const struct lw_site *site_of(const void *block)
{
    uint32_t id = LW_WORD_SITE(word(block));
    return &((struct lw_site *)ledger->site_segments[id >> LW_SITE_SEGMENT_BITS])[id & (LW_SITE_SEGMENT_SIZE - 1)];
}

/* Blocks taken at all sites, less those given back, as a reader sums them up. */
static int64_t live_blocks(void)
{
    int64_t live = 0;
    for (uint32_t id = 0; id <= ledger->site_count; id++) {
        const struct lw_site *site =
            &((struct lw_site *)ledger->site_segments[id >> LW_SITE_SEGMENT_BITS])[id & (LW_SITE_SEGMENT_SIZE - 1)];
        live += (int64_t)(site->taken_blocks - site->given_blocks);
    }
    for (uint64_t at = ledger->threads; at != 0; at = ((struct lw_thread *)at)->next)
        for (unsigned i = 0; i < LW_DELTAS; i++) {
            const struct lw_delta *delta = &((struct lw_thread *)at)->deltas[i];
            live += (int64_t)(delta->taken_blocks - delta->given_blocks);
        }
    return live;
}

__attribute__((noinline)) static void *take_here(size_t size)
{
    void *block = malloc(size);
    __asm__ volatile("" : "+r"(block));
    return block;
}

static void blocks(void)
{
    void *block = take_here(24);
    check(is_live(block, 24, LW_FAMILY_MALLOC), "malloc is recorded with its size");
    const struct lw_site *site = site_of(block);
    uint64_t caller = *(uint64_t *)site->frames;
    check(caller > (uint64_t)take_here && caller < (uint64_t)take_here + 64, "the innermost frame is malloc's caller");
    free(block);
    check(is_dead(block), "free leaves a tombstone");
    void *zero = malloc(0);
    check(is_live(zero, 0, LW_FAMILY_MALLOC), "a block of size 0 is a block");
    free(zero);
    void *large = malloc(100 << 20);
    check(is_live(large, 100 << 20, LW_FAMILY_MALLOC), "a large size is exact");
    large = realloc(large, 200 << 20);
    check(is_live(large, 200 << 20, LW_FAMILY_MALLOC), "a large block is moved");
    free(large);
    check(LW_WORD_STATE(*(word_of(large) + 1)) != LW_WORD_SIZE, "no size stays behind");
}

static void reallocs(void)
{
    int64_t before = live_blocks();
    char *block = malloc(10);
    for (size_t size = 20; size < 100000; size *= 2) {
        char *old = block;
        block = realloc(block, size);
        check(is_live(block, size, LW_FAMILY_MALLOC), "realloc records the new block");
        check(old == block || is_dead(old), "realloc buries the old one");
    }
    volatile size_t too_much = PTRDIFF_MAX;
    void *volatile refused = realloc(block, too_much);
    check(refused == NULL && is_live(block, 81920, LW_FAMILY_MALLOC), "a failed realloc changes nothing");
    check(realloc(block, 0) == NULL && is_dead(block), "realloc to 0 frees");
    check(live_blocks() == before, "counts agree after reallocs");
    void *fresh = realloc(NULL, 5);
    check(is_live(fresh, 5, LW_FAMILY_MALLOC), "realloc of NULL takes");
    free(fresh);
    volatile size_t count = SIZE_MAX;
    void *volatile overflow = reallocarray(NULL, count, 2);
    check(overflow == NULL && errno == ENOMEM, "reallocarray checks its product");
}

static void aligned(void)
{
    void *block = NULL;
    check(posix_memalign(&block, 256, 100) == 0 && is_live(block, 100, LW_FAMILY_MALLOC), "posix_memalign");
    free(block);
    check(is_live(block = aligned_alloc(64, 128), 128, LW_FAMILY_MALLOC), "aligned_alloc");
    free(block);
    check(is_live(block = memalign(4096, 7), 7, LW_FAMILY_MALLOC) && (uint64_t)block % 4096 == 0, "memalign");
    free(block);
    check(is_live(block = valloc(9), 9, LW_FAMILY_MALLOC), "valloc");
    free(block);
    check(is_live(block = calloc(3, 7), 21, LW_FAMILY_MALLOC), "calloc");
    free(block);
    check(is_live(block = strdup("text"), 5, LW_FAMILY_MALLOC), "strdup");
    free(block);
}

static void errno_kept(void)
{
    errno = 77;
    void *block = malloc(1);
    block = realloc(block, 100000);
    free(block);
    check(errno == 77, "errno is the program's");
}

static void mappings(void)
{
    char *mapping = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(is_live(mapping, 64 << 20, LW_FAMILY_MAPPING), "mmap is recorded");
    munmap(mapping + 4096, 4096);
    check(is_live(mapping, 64 << 20, LW_FAMILY_MAPPING), "a hole does not end a mapping");
    munmap(mapping, 64 << 20);
    check(word(mapping) == 0, "munmap is recorded");
}

static uint32_t *fault_seen;

static void on_abort(int number)
{
    (void)number;
    fault_seen[0] = ledger->faults[0].kind;
    fault_seen[1] = ledger->faults[0].taken_site != 0 && ledger->faults[0].site != 0;
    _exit(0);
}

/* A double free, in a child because glibc ends it: a shared page tells whether it was written down before that. */
static void faults(void)
{
    uint32_t *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        void *volatile block = take_here(4000); /* too large for glibc's tcache: it notices later, or not at all */
        void *volatile other = take_here(4000);
        free(block);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        signal(SIGABRT, on_abort);
        fault_seen = seen;
        void (*volatile release)(void *) = free;
        release(block);
        on_abort(0);
        free(other);
    }
    int status;
    waitpid(child, &status, 0);
    check(seen[0] == LW_FAULT_DOUBLE_FREE && seen[1] == 1, "a double free is written down, with the site of the block");
    check(ledger->fault_count == 0, "a fault in a child is the child's alone");
    munmap(seen, 4096);
}

static void *in_thread(void *argument)
{
    void **blocks = argument;
    for (int i = 0; i < 1000; i++)
        blocks[i] = malloc(48);
    return NULL;
}

static void threads(void)
{
    static void *blocks[4][1000];
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, in_thread, blocks[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    int live = 0;
    for (int i = 0; i < 4000; i++)
        live += is_live(blocks[i / 1000][i % 1000], 48, LW_FAMILY_MALLOC);
    check(live == 4000, "blocks of other threads are recorded");
    for (int i = 0; i < 4000; i++)
        free(blocks[i / 1000][i % 1000]);
    uint32_t known = ledger->thread_count;
    for (int i = 0; i < 50; i++) {
        pthread_create(&thread[0], NULL, in_thread, blocks[0]);
        pthread_join(thread[0], NULL);
        for (int k = 0; k < 1000; k++)
            free(blocks[0][k]);
    }
    check(ledger->thread_count <= known + 1, "records of ended threads are used again");
}

static void peak(void)
{
    uint64_t before = ledger->peak_bytes;
    void *blocks[64];
    for (int i = 0; i < 64; i++)
        blocks[i] = malloc(1 << 20);
    for (int i = 0; i < 64; i++)
        free(blocks[i]);
    check(ledger->peak_bytes >= before + (60 << 20) && ledger->peak_bytes < before + (70 << 20), "the peak is kept");
    check(ledger->peak_copy_bytes >= ledger->peak_bytes - ledger->peak_bytes / 10, "call sites are copied near the peak");
}

int main(void)
{
    ledger = dlsym(RTLD_DEFAULT, LW_LEDGER_SYMBOL);
    if (ledger == NULL) {
        puts("the shim is not loaded");
        return 1;
    }
    check(ledger->magic == LW_LEDGER_MAGIC && ledger->size == sizeof *ledger, "the ledger introduces itself");
    check((ledger->flags & (LW_READY | LW_OFF | LW_GLIBC)) == (LW_READY | LW_GLIBC), "the shim is on");
    check(getenv("LD_PRELOAD") == NULL && getenv(LW_ENVIRONMENT) == NULL, "the environment is clean");
    check(ledger->callers == 12, "settings arrive");
    peak(); /* first: nothing large has lived yet */
    blocks();
    reallocs();
    aligned();
    errno_kept();
    mappings();
    faults();
    threads();
    printf("%s\n", failures ? "failed" : "ok");
    return failures != 0;
}
