/* SPDX-License-Identifier: MIT */
#include "threads.h"

#include <stddef.h>

#include "arena.h"

__thread struct thread *thread_self;

#define TABLE_BITS 10
static uint64_t thread_table[1 << TABLE_BITS]; /* heads of chains of struct thread, by control block */

/* The main thread's stack ends there; set by the dynamic linker before anything runs. */
extern void *__libc_stack_end __attribute__((weak));

static uint64_t *chain_of(uint64_t tcb)
{
    return &thread_table[tcb * UINT64_C(0x9e3779b97f4a7c15) >> (64 - TABLE_BITS)];
}

/* The end of the calling thread's own stack. Threads that the C library made have their control block on top of it. The main
 * thread's lies elsewhere, below its stack: the kernel puts that above all mappings. */
static uint64_t own_stack_top(uint64_t tcb)
{
    uint64_t main_end = &__libc_stack_end != NULL ? (uint64_t)__libc_stack_end : 0;
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    return tcb < here && here < main_end ? main_end : tcb;
}

/* Prepares a record taken over from a thread that is gone. What it still holds back of counts stays: it is part of the sums. */
static void thread_renew(struct thread *thread)
{
    thread->depth = 0;
    thread->quiet = 0;
    thread->passing_size = 0;
    thread->passing_free = 0;
    thread->shared.moving_address = 0;
    for (unsigned i = 0; i < sizeof thread->memory / sizeof thread->memory[0]; i++)
        if (thread->memory[i] != NULL)
            walk_forget(thread->memory[i]);
}

static struct thread *thread_create(uint64_t tcb)
{
    struct thread *thread = arena_allocate(sizeof *thread);
    if (thread == NULL)
        return NULL;
    thread->shared.tcb = tcb;
    thread->shared.number = __atomic_add_fetch(&lw_ledger.thread_count, 1, __ATOMIC_RELAXED);
    thread->stack_top = own_stack_top(tcb);
    uint64_t *head = chain_of(tcb), first = __atomic_load_n(head, __ATOMIC_ACQUIRE);
    do {
        thread->chain = (struct thread *)first;
    } while (!__atomic_compare_exchange_n(head, &first, (uint64_t)thread, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
    uint64_t newest = __atomic_load_n(&lw_ledger.threads, __ATOMIC_ACQUIRE);
    do {
        thread->shared.next = newest;
    } while (!__atomic_compare_exchange_n(&lw_ledger.threads, &newest, (uint64_t)thread, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
    return thread;
}

struct thread *thread_attach(void)
{
    uint64_t tcb = (uint64_t)__builtin_thread_pointer();
    struct thread *thread = (struct thread *)__atomic_load_n(chain_of(tcb), __ATOMIC_ACQUIRE);
    while (thread != NULL && thread->shared.tcb != tcb)
        thread = thread->chain;
    if (thread != NULL)
        thread_renew(thread);
    else
        thread = thread_create(tcb);
    thread_self = thread;
    return thread;
}

void thread_drop_dead_levels(struct thread *thread, uint64_t sp)
{
    while (thread->depth != 0) {
        uint32_t level = thread->depth - 1;
        uint64_t entered = thread->entered_sp[level < THREAD_LEVELS ? level : THREAD_LEVELS];
        /* A handler that interrupted the level runs below the frame that entered it: at or above that frame, it is gone. On another
         * stack (sigaltstack) nothing can be said, and the level is kept: a handler there is nested. */
        bool same_stack = (entered <= thread->stack_top) == (sp <= thread->stack_top);
        if (sp < entered || !same_stack)
            return;
        thread->depth = level;
    }
}

struct walk_memory *thread_create_memory(struct thread *thread, uint32_t index)
{
    struct walk_memory *memory = arena_allocate(sizeof *memory);
    if (memory == NULL)
        return NULL;
    walk_forget(memory);
    thread->memory[index] = memory;
    return memory;
}
