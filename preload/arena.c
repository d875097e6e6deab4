/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "ledger.h"
#include "rawcall.h"
#include "shim.h"

/* Small steps, because a program under mlockall() has every page populated that is mapped. */
#define ARENA_STEP  ((size_t)1 << 20)
#define ARENA_ALIGN 64
_Static_assert(sizeof(struct lw_arena) <= ARENA_ALIGN, "the header takes the first line");

/* The arena that is handed out from. */
static _Atomic(struct lw_arena *) arena_current;
/* One arena in reserve, so that what is needed after the program forbade itself mmap (seccomp) can still be met for a while. */
static _Atomic(struct lw_arena *) arena_spare;

/* The supervisor is to know of all that is mapped, handed out from or not: under mlockall(MCL_FUTURE) it is locked, for instance.
 */
static void arena_publish(struct lw_arena *arena)
{
    uint64_t newest = __atomic_load_n(&lw_ledger.arenas, __ATOMIC_ACQUIRE);
    do {
        arena->next = newest;
    } while (!__atomic_compare_exchange_n(&lw_ledger.arenas, &newest, (uint64_t)arena, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
}

static struct lw_arena *arena_map(size_t size)
{
    if (size > LW_ARENA_SIZE_MAX) /* the reader would not believe it; nothing asks for so much */
        return NULL;
    if (__atomic_load_n(&lw_ledger.confined, __ATOMIC_ACQUIRE) != 0)
        return NULL;
    long address = raw_mmap(size);
    if (address < 0 && address > -4096)
        return NULL;
    struct lw_arena *arena = (struct lw_arena *)address;
    arena->size = size;
    arena->used = ARENA_ALIGN; /* the header; every size below is a multiple, so all results are aligned */
    __atomic_fetch_add(&lw_ledger.mapped_bytes, size, __ATOMIC_RELAXED);
    arena_publish(arena);
    return arena;
}

static void *arena_bump(struct lw_arena *arena, size_t size)
{
    uint64_t offset = __atomic_fetch_add(&arena->used, size, __ATOMIC_RELAXED);
    return offset + size <= arena->size ? (char *)arena + offset : NULL;
}

/* Hands out from the spare, and maps another to keep. Where two threads do so at once, only the rest of an arena is lost. Of a
 * process that is watched without a filter of ours nobody can know whether it has forbidden itself mmap by now: there the spare is
 * all that is taken before that is tried. */
static bool arena_grow(void)
{
    struct lw_arena *none = NULL, *fresh = atomic_exchange(&arena_spare, NULL);
    if (fresh == NULL)
        fresh = arena_map(ARENA_STEP);
    if (fresh == NULL)
        return false;
    atomic_store(&arena_current, fresh);
    struct lw_arena *spare = lw_ledger.flags & LW_LATE ? NULL : arena_map(ARENA_STEP);
    if (spare != NULL && !atomic_compare_exchange_strong(&arena_spare, &none, spare))
        atomic_store(&arena_current, spare); /* another thread had the same idea */
    return true;
}

void *arena_allocate(size_t size)
{
    size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (size > ARENA_STEP / 2) {                             /* would waste too much of a step: an arena of its own */
        struct lw_arena *own = arena_map(size + ARENA_STEP); /* the step's worth of rest serves the next requests */
        if (own == NULL)
            return NULL;
        void *memory = arena_bump(own, size);
        atomic_store(&arena_current, own);
        return memory;
    }
    for (;;) {
        struct lw_arena *arena = atomic_load(&arena_current);
        void *memory = arena ? arena_bump(arena, size) : NULL;
        if (memory != NULL)
            return memory;
        if (!arena_grow() && atomic_load(&arena_current) == arena) /* else another thread has just taken the spare */
            return NULL;
    }
}

int arena_init(void)
{
    struct lw_arena *first = arena_map(ARENA_STEP);
    if (first == NULL)
        return -1;
    atomic_store(&arena_current, first);
    atomic_store(&arena_spare, arena_map(ARENA_STEP));
    return 0;
}
