/* SPDX-License-Identifier: MIT
 *
 * usage: hostile_ledger WAY
 * A program that finds leakwatch's notes in its memory and writes lies into them, such that whoever believes them reads for ever,
 * or needs more memory than there is. Then it ends; from the first lie on it calls nothing that the shim has hooked. */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/ledger.h"

enum { ARENAS = 1 << 14, SHARED = 500, PAGE = 4096, BLOCKS = 1000 };

static struct lw_ledger *ledger;

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address; /* NOLINT(performance-no-int-to-ptr): as the ledger has it */
}

static uint64_t address_of(const volatile void *object)
{
    return (uint64_t)(uintptr_t)object;
}

/* What tells that it is a ledger, and how it is to be read, stays. */
static char *lies_begin(void)
{
    return (char *)&ledger->generation;
}

static size_t lies_size(void)
{
    return (size_t)((char *)(ledger + 1) - lies_begin());
}

static void write_random(void)
{
    uint64_t state = 88172645463325252U;
    char *bytes = lies_begin();

    for (size_t i = 0; i < lies_size(); i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (char)(state >> 32);
    }
}

/* In all arenas, behind what makes them a list. */
static void write_ones(void)
{
    for (struct lw_arena *arena = at(ledger->arenas); arena; arena = at(arena->next))
        memset(arena + 1, 0xff, arena->size - sizeof *arena);
}

static void unmap_arenas(void)
{
    uint64_t next = ledger->arenas;

    while (next) {
        const struct lw_arena arena = *(struct lw_arena *)at(next);
        munmap(at(next), arena.size);
        next = arena.next;
    }
}

/* The list of arenas can be followed, what is behind its heads cannot. */
static void cut_arenas(void)
{
    for (struct lw_arena *arena = at(ledger->arenas); arena; arena = at(arena->next))
        munmap((char *)arena + PAGE, arena->size - PAGE);
}

/* Of the program's heap. */
static uint64_t *first_table(void)
{
    uint64_t table = 0;

    for (size_t i = 0; i < LW_DIRECTORY_ENTRIES && !table; i++)
        table = ledger->directory[i];
    return at(table);
}

/* All that leads somewhere leads to one place. */
static void close_circles(void)
{
    struct lw_thread *thread = at(ledger->threads);
    uint64_t *chunks = first_table(), chunk = 0;

    for (size_t i = 0; i < LW_TABLE_ENTRIES && !chunk; i++)
        chunk = chunks[i];
    for (size_t i = 0; i < LW_TABLE_ENTRIES; i++)
        chunks[i] = chunk;
    for (size_t i = 0; i < LW_DIRECTORY_ENTRIES; i++)
        ledger->directory[i] = address_of(chunks);
    for (size_t i = 1; i < LW_SITE_SEGMENTS; i++)
        ledger->site_segments[i] = ledger->site_segments[0];
    thread->next = ledger->threads;
    ledger->thread_count = UINT32_MAX;
    ledger->site_count = LW_SITES_MAX - 1;
    ((struct lw_arena *)at(ledger->arenas))->next = ledger->arenas;
}

static void *reserve(size_t size)
{
    void *space = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (space == MAP_FAILED)
        _exit(99);
    return space;
}

static void link_arena(void *place)
{
    *(struct lw_arena *)place = (struct lw_arena){.next = ledger->arenas, .size = LW_ARENA_SIZE_MAX, .used = LW_ARENA_SIZE_MAX};
    ledger->arenas = address_of(place);
}

/* 64 GiB of arenas, of which only the heads take memory: room for all call sites that there can be, and for blocks everywhere. */
static void claim_everything(void)
{
    char *space = reserve(ARENAS * LW_ARENA_SIZE_MAX), *free_from = space;

    for (size_t i = 0; i < ARENAS; i++)
        link_arena(space + i * LW_ARENA_SIZE_MAX);
    for (size_t i = 1; i < LW_SITE_SEGMENTS; i++, free_from += LW_ARENA_SIZE_MAX / 8)
        ledger->site_segments[i] = address_of(free_from + PAGE);
    ledger->site_count = LW_SITES_MAX - 1;
    for (size_t i = 0; i < LW_DIRECTORY_ENTRIES / 2; i++, free_from += LW_ARENA_SIZE_MAX)
        ledger->directory[i] = address_of(free_from + PAGE);
    for (struct lw_site *site = at(ledger->site_segments[0]), *end = site + LW_SITE_SEGMENT_SIZE; site < end; site++) {
        site->frame_count = LW_MAX_FRAMES;
        site->frames = address_of(space + LW_ARENA_SIZE_MAX - (size_t)(end - site) * LW_MAX_FRAMES * 8);
    }
}

/* Arenas that are all the same memory behind their heads, full of blocks. */
static void share_arenas(void)
{
    const int fd = memfd_create("arena", 0);
    uint64_t *chunks = first_table(), *words;

    if (fd < 0 || ftruncate(fd, (off_t)LW_ARENA_SIZE_MAX) != 0)
        _exit(99);
    words = mmap(NULL, LW_ARENA_SIZE_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (size_t i = 3; words != MAP_FAILED && i < LW_ARENA_SIZE_MAX / sizeof *words; i++)
        words[i] = LW_WORD_LIVE | 16 << 16;
    for (size_t i = 0; i < SHARED; i++) {
        char *place = mmap(NULL, LW_ARENA_SIZE_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
        if (place == MAP_FAILED ||
            mmap(place, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != place)
            _exit(99);
        for (size_t j = 0; j < 4; j++)
            chunks[LW_TABLE_ENTRIES - 1 - i * 4 - j] = address_of(place + PAGE + j * (LW_CHUNK_SPAN - PAGE));
        link_arena(place);
    }
}

/* A block in each MiB of address space, which reaches to the end of it all; and threads that have one more on the move. */
static void spread_blocks(void)
{
    const size_t chunk_size = (LW_CHUNK_SPAN >> ledger->granule_shift) * sizeof(uint64_t);
    char *space = reserve(512 * LW_ARENA_SIZE_MAX);
    size_t used = PAGE;

    for (size_t i = 0; i < 512; i++)
        link_arena(space + i * LW_ARENA_SIZE_MAX);
    uint64_t *table = at(address_of(space) + used);
    ledger->directory[1] = address_of(table);
    used += LW_TABLE_ENTRIES * sizeof *table;
    for (size_t i = 0; i < LW_TABLE_ENTRIES && used < 511 * LW_ARENA_SIZE_MAX; i++, used += chunk_size) {
        if (used % LW_ARENA_SIZE_MAX + chunk_size > LW_ARENA_SIZE_MAX)
            used = (used / LW_ARENA_SIZE_MAX + 1) * LW_ARENA_SIZE_MAX + PAGE;
        table[i] = address_of(space + used);
        *(uint64_t *)at(table[i]) = LW_WORD_LIVE | LW_SIZE_ELSEWHERE << 16;
        ((uint64_t *)at(table[i]))[1] = LW_WORD_SIZE | UINT64_C(1) << 42;
    }
    struct lw_thread *threads = at(address_of(space) + 511 * LW_ARENA_SIZE_MAX + PAGE);
    for (size_t i = 0; i < BLOCKS; i++) {
        threads[i] = (struct lw_thread){.next = ledger->threads, .moving_address = PAGE + i * 16, .moving_word = LW_WORD_LIVE};
        ledger->threads = address_of(&threads[i]);
    }
    ledger->thread_count += BLOCKS;
}

static const struct {
    const char *name;
    void (*write)(void);
} ways[] = {{"random", write_random},   {"ones", write_ones},       {"unmapped", unmap_arenas}, {"truncated", cut_arenas},
            {"circles", close_circles}, {"vast", claim_everything}, {"shared", share_arenas},   {"spread", spread_blocks}};

int main(int argc, char *argv[])
{
    void (*write_lies)(void) = NULL;

    ledger = dlsym(RTLD_DEFAULT, LW_LEDGER_SYMBOL);
    for (int i = 0; i < BLOCKS; i++)
        if (malloc(24) == NULL)
            return 99;
    for (size_t i = 0; argc > 1 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            write_lies = ways[i].write;
    if (!write_lies)
        return 2;
    if (ledger)
        write_lies();
    syscall(SYS_exit_group, 7);
    return 99;
}
