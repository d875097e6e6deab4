/* SPDX-License-Identifier: MIT
 *
 * Records of threads: found through one thread-local word, never freed. Nothing tells us when a thread ends, and nothing needs to:
 * a new thread whose control block has the address of an older one's proves that the older one is gone, and takes its record over.
 */
#ifndef LW_THREADS_H
#define LW_THREADS_H

#include <stdint.h>

#include "shim.h"
#include "walker.h"

/* How deep signal handlers may nest inside our own code and still have their stacks recorded. */
#define THREAD_LEVELS 3
/* Walks of level 0 are remembered apart by where they start: a program mostly takes turns between a few call sites, and each finds
 * its own stack of the time before nearly unchanged. Eight halve the instructions of a walk in sqlite3, more change little. */
#define THREAD_MEMORIES 8

struct thread {
    struct lw_thread shared; /* first: the supervisor reads it */
    struct thread *chain;    /* in the table by control block */
    uint64_t stack_top;      /* end of the thread's own stack */
    uint32_t depth;          /* how many times this thread is inside our code: > 1 in a signal handler that interrupted it */
    uint32_t quiet;          /* __lsan_disable() minus __lsan_enable() */
    uint64_t entered_sp[THREAD_LEVELS + 1]; /* stack pointer of the caller, for each level */
    uint64_t passing_size;  /* operator new is under way: its own malloc of this size plus one is not a block of its own; 0: none */
    uint64_t passing_free;  /* operator delete is under way for this address: its own free is not news; 0: none */
    uint64_t nested_blocks; /* blocks recorded by this thread, to tell whether an operator took any itself */
    struct walk_memory *memory[THREAD_MEMORIES + THREAD_LEVELS - 1]; /* those of level 0, then one for each further level */
};

/* One thread-local word. Initial-exec: a plain load relative to fs, and the loader allocates nothing for it. */
extern __thread struct thread *thread_self __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Makes or finds the record of the calling thread; NULL if there is no memory for it. */
struct thread *thread_attach(void);

static inline struct thread *thread_current(void)
{
    struct thread *thread = thread_self;
    return likely(thread != NULL) ? thread : thread_attach();
}

/* Leaves levels whose frames are gone: a signal handler jumped out of our code (siglongjmp). */
void thread_drop_dead_levels(struct thread *thread, uint64_t sp);

/* Enters our code; returns the level: 0 normally, 1.. in a signal handler that interrupted level N-1 of the same thread. */
static inline uint32_t thread_enter(struct thread *thread, uint64_t sp)
{
    if (unlikely(thread->depth != 0))
        thread_drop_dead_levels(thread, sp);
    uint32_t level = thread->depth;
    thread->entered_sp[level < THREAD_LEVELS ? level : THREAD_LEVELS] = sp;
    thread->depth = level + 1;
    /* The compiler must not move work on the record before this point: a signal handler decides by depth. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return level;
}

static inline void thread_leave(struct thread *thread, uint32_t level)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    thread->depth = level;
}

/* Makes the memory number `index`; NULL without memory for it. */
struct walk_memory *thread_create_memory(struct thread *thread, uint32_t index);

/* The memory for a walk that starts at `caller`; NULL where there is none (nested too deep, or no memory). */
static inline struct walk_memory *thread_walk_memory(struct thread *thread, uint32_t level, const struct caller *caller)
{
    uint32_t index = (uint32_t)((caller->pc ^ caller->sp << 3) * UINT64_C(0x9e3779b97f4a7c15) >> 61);
    _Static_assert(THREAD_MEMORIES == 8, "three bits of the hash");
    if (unlikely(level != 0)) {
        if (level >= THREAD_LEVELS)
            return NULL;
        index = THREAD_MEMORIES + level - 1;
    }
    struct walk_memory *memory = thread->memory[index];
    return likely(memory != NULL) ? memory : thread_create_memory(thread, index);
}

#endif
