/* SPDX-License-Identifier: MIT */
#include "blocks.h"

#include "arena.h"
#include "counts.h"
#include "faults.h"
#include "sites.h"

/* ---- Words ------------------------------------------------------------------------------------------------------------------- */

static inline uint64_t *table_of(uint64_t address)
{
    return (uint64_t *)__atomic_load_n(&lw_ledger.directory[address >> LW_TABLE_SHIFT & (LW_DIRECTORY_ENTRIES - 1)],
                                       __ATOMIC_ACQUIRE);
}

static inline uint64_t *chunk_in(uint64_t *table, uint64_t address)
{
    return (uint64_t *)__atomic_load_n(&table[address >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)], __ATOMIC_ACQUIRE);
}

/* The word for `address`, NULL if nothing was ever recorded near it. */
static inline uint64_t *word_of(uint64_t address)
{
    uint64_t *table = table_of(address);
    uint64_t *chunk = likely(table != NULL) ? chunk_in(table, address) : NULL;
    return likely(chunk != NULL) ? &chunk[(address & (LW_CHUNK_SPAN - 1)) >> lw_ledger.granule_shift] : NULL;
}

/* Fills *slot with fresh memory unless another thread does so first. */
static uint64_t *install(uint64_t *slot, uint64_t size)
{
    uint64_t expected = 0, fresh = (uint64_t)arena_allocate(size);
    if (fresh == 0)
        return NULL;
    if (__atomic_compare_exchange_n(slot, &expected, fresh, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return (uint64_t *)fresh;
    return (uint64_t *)expected;
}

static __attribute__((noinline, cold)) uint64_t *word_create(uint64_t address)
{
    uint64_t *table = table_of(address);
    if (table == NULL)
        table =
            install(&lw_ledger.directory[address >> LW_TABLE_SHIFT & (LW_DIRECTORY_ENTRIES - 1)], LW_TABLE_ENTRIES * sizeof *table);
    if (table == NULL)
        return NULL;
    uint64_t *chunk = chunk_in(table, address);
    if (chunk == NULL)
        chunk = install(&table[address >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)],
                        (LW_CHUNK_SPAN >> lw_ledger.granule_shift) * sizeof *chunk);
    return chunk ? word_of(address) : NULL;
}

static inline uint64_t *word_need(uint64_t address)
{
    uint64_t *word = word_of(address);
    return likely(word != NULL) ? word : word_create(address);
}

static inline bool word_is_for(uint64_t word, uint64_t address)
{
    return lw_ledger.granule_shift != LW_GRANULE_SHIFT_GLIBC || LW_WORD_HALF(word) == (address >> 4 & 1);
}

/* The word after the one of a large block, which holds the size that did not fit. The block is longer than a granule, so no other
 * block can start there. */
static uint64_t *size_word(uint64_t address, bool create)
{
    uint64_t next = address + (UINT64_C(1) << lw_ledger.granule_shift);
    return create ? word_need(next) : word_of(next);
}

static __attribute__((noinline, cold)) void set_size_word(uint64_t address, uint64_t size)
{
    uint64_t *elsewhere = size_word(address, true);
    if (elsewhere != NULL)
        __atomic_store_n(elsewhere, size << 2 | LW_WORD_SIZE, __ATOMIC_RELEASE);
}

static __attribute__((noinline, cold)) void forget_size_word(uint64_t address)
{
    uint64_t *elsewhere = size_word(address, false);
    if (elsewhere != NULL)
        __atomic_store_n(elsewhere, LW_WORD_NONE, __ATOMIC_RELAXED);
}

static inline uint64_t word_size(uint64_t word, uint64_t address)
{
    uint64_t size = LW_WORD_SIZE_FIELD(word);
    if (likely(size != LW_SIZE_ELSEWHERE))
        return size;
    uint64_t *elsewhere = size_word(address, false);
    return elsewhere && LW_WORD_STATE(*elsewhere) == LW_WORD_SIZE ? *elsewhere >> 2 : 0;
}

static inline uint64_t word_make(uint64_t address, uint64_t size, enum lw_family family, uint32_t site, bool ignored)
{
    uint64_t field = likely(size < LW_SIZE_ELSEWHERE) ? size : LW_SIZE_ELSEWHERE;
    return LW_WORD_LIVE | (lw_ledger.granule_shift == LW_GRANULE_SHIFT_GLIBC ? (address >> 4 & 1) << 2 : 0) |
           (uint64_t)family << 3 | (uint64_t)ignored << 6 | (uint64_t)lw_ledger.epoch << 7 | field << 16 | (uint64_t)site << 40;
}

/* The size stays, unless the place is needed for the call site of the free. */
static uint64_t tombstone(uint64_t word, uint32_t given_site)
{
    word = (word & ~UINT64_C(3)) | LW_WORD_FREED;
    if (likely(!(lw_ledger.flags & LW_FREE_STACKS)))
        return word;
    return (word & ~(LW_SIZE_ELSEWHERE << 16)) | (uint64_t)given_site << 16;
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------------------ */

/* The call site of a hook's caller; `level` is the thread's. */
static inline uint32_t site_of(struct thread *thread, uint32_t level, const struct caller *caller)
{
    struct walk_memory *memory = thread_walk_memory(thread, level, caller);
    if (unlikely(memory == NULL))
        return 0;
    struct walk_result stack = walk(memory, caller, lw_ledger.callers, thread->stack_top);
    if (!stack.unchanged)
        memory->site = site_find(&stack);
    return memory->site;
}

uint32_t block_call_site(const struct caller *caller)
{
    struct thread *thread = thread_current();
    if (thread == NULL)
        return 0;
    uint32_t level = thread_enter(thread, caller->sp);
    uint32_t site = site_of(thread, level, caller);
    thread_leave(thread, level);
    return site;
}

/* A live word about to be overwritten: its block went back to the allocator by a way that we did not see. */
static __attribute__((noinline, cold)) void forget_unseen(struct thread *thread, uint32_t level, uint64_t word, uint64_t address)
{
    uint64_t start =
        lw_ledger.granule_shift == LW_GRANULE_SHIFT_GLIBC ? (address & ~UINT64_C(31)) | LW_WORD_HALF(word) << 4 : address;
    if (LW_WORD_FAMILY(word) < LW_FAMILY_MAPPING)
        count_given(thread, level, LW_WORD_SITE(word), word_size(word, start));
}

void block_taken(void *block, uint64_t size, enum lw_family family, const struct caller *caller)
{
    uint64_t address = (uint64_t)block;
    struct thread *thread = thread_current();
    uint64_t *word = word_need(address);
    if (unlikely(thread == NULL || word == NULL)) {
        __atomic_fetch_add(&lw_ledger.lost_blocks, 1, __ATOMIC_RELAXED);
        return;
    }
    uint32_t level = thread_enter(thread, caller->sp);
    uint32_t site = site_of(thread, level, caller);
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    if (unlikely(LW_WORD_STATE(old) == LW_WORD_LIVE))
        forget_unseen(thread, level, old, address);
    if (unlikely(size >= LW_SIZE_ELSEWHERE))
        set_size_word(address, size); /* before the word that refers to it */
    /* Counts before the word: whoever sees the block finds it counted. */
    count_taken(thread, level, site, size);
    __atomic_store_n(word, word_make(address, size, family, site, thread->quiet != 0), __ATOMIC_RELEASE);
    thread->nested_blocks++;
    thread_leave(thread, level);
}

/* The free of a live block by a function that does not match. */
static __attribute__((noinline, cold)) void given_mismatched(struct thread *thread, uint32_t level, uint64_t address,
                                                             struct block old, enum lw_family family, const struct caller *caller)
{
    struct fault fault = {.kind = LW_FAULT_MISMATCHED_FREE, .address = address, .size = old.size, .given_family = (uint8_t)family};
    fault.taken_site = LW_WORD_SITE(old.word);
    fault.taken_family = (uint8_t)LW_WORD_FAMILY(old.word);
    fault.site = site_of(thread, level, caller);
    fault.thread = thread->shared.number;
    fault_record(&fault);
}

/* The free of a block from before we came: its end is all that is known of it. */
static __attribute__((noinline, cold)) void given_unknown(uint64_t address)
{
    uint64_t *word = word_need(address);
    if (word != NULL)
        __atomic_store_n(word, tombstone(word_make(address, 0, LW_FAMILY_MALLOC, 0, false), 0), __ATOMIC_RELEASE);
}

/* The free of something that is no live block. */
static __attribute__((noinline, cold)) void given_dead(struct thread *thread, uint32_t level, uint64_t address, uint64_t word,
                                                       enum lw_family family, const struct caller *caller)
{
    struct fault fault = {.address = address, .given_family = (uint8_t)family, .thread = thread->shared.number};
    if (caller->pc >= lw_late.allocator_start && caller->pc < lw_late.allocator_end) {
        return; /* no free of the program's */
    } else if (LW_WORD_STATE(word) == LW_WORD_FREED && word_is_for(word, address)) {
        fault.kind = LW_FAULT_DOUBLE_FREE;
        fault.taken_site = LW_WORD_SITE(word);
        fault.taken_family = (uint8_t)LW_WORD_FAMILY(word);
        if (lw_ledger.flags & LW_FREE_STACKS)
            fault.given_site = (uint32_t)LW_WORD_SIZE_FIELD(word);
        else if (LW_WORD_SIZE_FIELD(word) != LW_SIZE_ELSEWHERE)
            fault.size = LW_WORD_SIZE_FIELD(word);
    } else if (unlikely(lw_ledger.flags & LW_LATE)) {
        given_unknown(address);
        return;
    } else if (family == LW_FAMILY_MALLOC && __atomic_load_n(&lw_ledger.lost_blocks, __ATOMIC_RELAXED) == 0) {
        /* Operators are not judged here: one of an unusual kind hands out part of a malloc block, and frees that itself. */
        fault.kind = LW_FAULT_INVALID_FREE;
    } else {
        return;
    }
    fault.site = site_of(thread, level, caller);
    fault_record(&fault);
}

/* True while the process has one thread (glibc 2.32 and later). */
extern char __libc_single_threaded __attribute__((weak));

/* Replaces the live word `old`. One exchange: of two threads that free the same block at once, one sees the tombstone of the other.
 * It waits for the word's cache line, though, and everything behind it waits, too; with one thread a store does. */
static inline uint64_t bury(uint64_t *word, uint64_t old, uint64_t new)
{
    if (&__libc_single_threaded == NULL || !__libc_single_threaded)
        return __atomic_exchange_n(word, new, __ATOMIC_ACQ_REL);
    __atomic_store_n(word, new, __ATOMIC_RELEASE);
    return old;
}

void block_given(void *block, enum lw_family family, const struct caller *caller)
{
    uint64_t address = (uint64_t)block;
    /* A program that frees in no order of address misses the cache twice: with our word, and then with the allocator's header in
     * front of the block. Fetched here, the second miss is over when the first is. */
    __builtin_prefetch((const char *)block - 16);
    struct thread *thread = thread_current();
    uint64_t *word = word_of(address);
    if (unlikely(thread == NULL))
        return;
    uint32_t level = thread_enter(thread, caller->sp);
    uint64_t old = word ? __atomic_load_n(word, __ATOMIC_RELAXED) : LW_WORD_NONE;
    if (likely(LW_WORD_STATE(old) == LW_WORD_LIVE && word_is_for(old, address) && LW_WORD_FAMILY(old) < LW_FAMILY_MAPPING)) {
        uint32_t given_site = unlikely(lw_ledger.flags & LW_FREE_STACKS) ? site_of(thread, level, caller) : 0;
        uint64_t size = word_size(old, address);
        if (unlikely(size >= LW_SIZE_ELSEWHERE))
            forget_size_word(address);
        old = bury(word, old, tombstone(old, given_site));
        if (likely(LW_WORD_STATE(old) == LW_WORD_LIVE)) {
            count_given(thread, level, LW_WORD_SITE(old), size);
            if (unlikely(LW_WORD_FAMILY(old) != (uint32_t)family))
                given_mismatched(thread, level, address, (struct block){old, size}, family, caller);
            thread_leave(thread, level);
            return;
        }
    }
    given_dead(thread, level, address, old, family, caller);
    thread_leave(thread, level);
}

struct block block_look(void *block)
{
    uint64_t address = (uint64_t)block, *word = word_of(address);
    uint64_t value = word ? __atomic_load_n(word, __ATOMIC_RELAXED) : LW_WORD_NONE;
    if (LW_WORD_STATE(value) == LW_WORD_SIZE || !word_is_for(value, address))
        value = LW_WORD_NONE;
    return (struct block){value, LW_WORD_STATE(value) == LW_WORD_LIVE ? word_size(value, address) : 0};
}

void block_set_family(void *block, enum lw_family family)
{
    uint64_t *word = word_of((uint64_t)block);
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    __atomic_store_n(word, (old & ~(UINT64_C(7) << 3)) | (uint64_t)family << 3, __ATOMIC_RELEASE);
}

void block_ignore(void *block)
{
    uint64_t *word = word_of((uint64_t)block);
    if (LW_WORD_STATE(block_look(block).word) == LW_WORD_LIVE)
        __atomic_or_fetch(word, UINT64_C(1) << 6, __ATOMIC_RELAXED);
}

/* ---- realloc ----------------------------------------------------------------------------------------------------------------- */

struct block block_move_begin(struct thread *thread, void *block, const struct caller *caller)
{
    struct block old = block_look(block);
    uint64_t address = (uint64_t)block;
    if (LW_WORD_STATE(old.word) != LW_WORD_LIVE) {
        block_given(block, LW_FAMILY_MALLOC, caller); /* says what is wrong with it */
        return (struct block){LW_WORD_NONE, 0};
    }
    /* The supervisor takes moving_* for live as soon as moving_address is set, and looks at the word otherwise: address last. */
    thread->shared.moving_word = old.word;
    thread->shared.moving_size = old.size;
    __atomic_store_n(&thread->shared.moving_address, address, __ATOMIC_RELEASE);
    if (old.size >= LW_SIZE_ELSEWHERE)
        forget_size_word(address);
    __atomic_store_n(word_of(address), tombstone(old.word, 0), __ATOMIC_RELEASE);
    if (unlikely(LW_WORD_FAMILY(old.word) != LW_FAMILY_MALLOC)) {
        uint32_t level = thread_enter(thread, caller->sp);
        given_mismatched(thread, level, address, old, LW_FAMILY_MALLOC, caller);
        thread_leave(thread, level);
    }
    return old;
}

void block_move_cancel(struct thread *thread, void *block, struct block old)
{
    uint64_t address = (uint64_t)block;
    if (old.word == LW_WORD_NONE) {
        uint64_t *word = lw_ledger.flags & LW_LATE ? word_of(address) : NULL;
        if (word != NULL)
            __atomic_store_n(word, LW_WORD_NONE, __ATOMIC_RELEASE); /* from before, and there it is still */
        return;
    }
    if (old.size >= LW_SIZE_ELSEWHERE)
        set_size_word(address, old.size);
    __atomic_store_n(word_of(address), old.word, __ATOMIC_RELEASE);
    __atomic_store_n(&thread->shared.moving_address, 0, __ATOMIC_RELEASE);
}

void block_move_commit(struct thread *thread, struct block old)
{
    if (old.word == LW_WORD_NONE)
        return;
    count_given(thread, thread->depth, LW_WORD_SITE(old.word), old.size);
    __atomic_store_n(&thread->shared.moving_address, 0, __ATOMIC_RELEASE);
}

/* ---- Mappings ---------------------------------------------------------------------------------------------------------------- */

void mapping_taken(void *mapping, uint64_t size, enum lw_family family, const struct caller *caller)
{
    uint64_t address = (uint64_t)mapping;
    struct thread *thread = thread_current();
    uint64_t *word = word_need(address);
    if (thread == NULL || word == NULL)
        return;
    uint32_t level = thread_enter(thread, caller->sp);
    uint32_t site = site_of(thread, level, caller);
    if (size >= LW_SIZE_ELSEWHERE)
        set_size_word(address, size);
    __atomic_store_n(word, word_make(address, size, family, site, false), __ATOMIC_RELEASE);
    thread_leave(thread, level);
}

/* Clears the words of mappings that start in one chunk's part of [from, to). */
static void chunk_clear_mappings(uint64_t from, uint64_t to)
{
    for (uint64_t page = (from + 4095) & ~UINT64_C(4095); page < to; page += 4096) {
        uint64_t *word = word_of(page);
        if (word == NULL)
            return;
        uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
        if (LW_WORD_STATE(old) != LW_WORD_LIVE || LW_WORD_FAMILY(old) < LW_FAMILY_MAPPING)
            continue;
        if (LW_WORD_SIZE_FIELD(old) == LW_SIZE_ELSEWHERE)
            forget_size_word(page);
        __atomic_store_n(word, LW_WORD_NONE, __ATOMIC_RELEASE);
    }
}

void mapping_given(void *mapping, uint64_t size)
{
    uint64_t address = (uint64_t)mapping, end = address + size;
    while (address < end) {
        /* Skip what was never recorded in the largest steps: a reservation may span terabytes. */
        bool any = table_of(address) != NULL;
        uint64_t next = ((address >> (any ? LW_CHUNK_SHIFT : LW_TABLE_SHIFT)) + 1) << (any ? LW_CHUNK_SHIFT : LW_TABLE_SHIFT);
        if (next > end || next < address)
            next = end;
        if (any)
            chunk_clear_mappings(address, next);
        address = next;
    }
}
