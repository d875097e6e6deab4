/* SPDX-License-Identifier: MIT
 *
 * The malloc family. Each hook does what the real function does, and writes it down: a block after it was handed out, a free before
 * it is handed back (see blocks.h for why). Results, errno and alignment are the real function's. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "failures.h"
#include "hooks.h"
#include "real.h"
#include "threads.h"

/* Whether this allocation is the one that a C++ operator under way makes for itself (see operators.c). Asked once. */
static inline bool passes(size_t size)
{
    struct thread *thread = thread_self;
    if (likely(thread == NULL || thread->passing_size == 0))
        return false;
    uint64_t expected = thread->passing_size - 1;
    thread->passing_size = 0;
    return size == expected || (expected == 0 && size == 1);
}

/* The operator is asked first: its allocation has been made also if it failed. */
static inline void *taken(void *block, size_t size, const struct caller *caller)
{
    if (likely(!passes(size)) && likely(block != NULL))
        block_taken(block, size, LW_FAMILY_MALLOC, caller);
    return block;
}

/* Whether this allocation is one that fails on purpose. */
static __attribute__((noinline, cold)) bool fails(size_t size, const struct caller *caller)
{
    if (!failure_due(size, caller))
        return false;
    passes(size); /* also of an operator it was the allocation */
    errno = ENOMEM;
    return true;
}

static __attribute__((noinline, cold)) bool intercept(size_t size, size_t alignment, const struct caller *caller, void **block)
{
    bool early = !real_ready();
    *block = early ? early_allocate(size, alignment) : NULL;
    return early || fails(size, caller);
}

/* Whether the call does not get to the real function, because that is not known yet, or because it is to fail. `*block` is its
 * result then. */
static inline bool intercepted(size_t size, size_t alignment, const struct caller *caller, void **block)
{
    return unlikely(!real_usual()) && intercept(size, alignment, caller, block);
}

LW_EXPORT void *malloc(size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(size, 0, &caller, &block))
        return block;
    return taken(real.malloc(size), size, &caller);
}

/* More than there is, where count * size overflows. */
static inline size_t product(size_t count, size_t size)
{
    size_t total;
    return __builtin_mul_overflow(count, size, &total) ? SIZE_MAX : total;
}

LW_EXPORT void *calloc(size_t count, size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(product(count, size), 0, &caller, &block)) /* fresh early memory is zero */
        return block;
    return taken(real.calloc(count, size), count * size, &caller);
}

/* realloc of a block that early_allocate() gave: it moves to the real heap, if there is one by now. */
static void *realloc_early(void *old, size_t size, const struct caller *caller)
{
    void *block = real_ready() ? taken(real.malloc(size), size, caller) : early_allocate(size, 0);
    if (block != NULL && old != NULL)
        memcpy(block, old, early_size(old) < size ? early_size(old) : size);
    return block;
}

/* Inlined into both of its callers: realloc takes the most of the caller's stack, and a frame counts. */
static inline __attribute__((always_inline)) void *move_block(void *old, size_t size, const struct caller *caller)
{
    bool frees = old != NULL && size == 0;
    if (unlikely(!real_usual()) && real_ready() && !frees && fails(size, caller))
        return NULL;
    if (unlikely(!real_ready() || early_owns(old)))
        return realloc_early(old, size, caller);
    struct thread *thread = old ? thread_current() : NULL;
    if (thread == NULL)
        return taken(real.realloc(old, size), size, caller);
    struct block before = block_move_begin(thread, old, caller);
    void *block = real.realloc(old, size);
    if (block == NULL && size != 0) {
        block_move_cancel(thread, old, before);
        return NULL;
    }
    /* realloc(old, 0) that returns NULL has freed the block (glibc). */
    block_move_commit(thread, before);
    if (block != NULL)
        block_taken(block, size, LW_FAMILY_MALLOC, caller);
    return block;
}

LW_EXPORT void *realloc(void *old, size_t size)
{
    struct caller caller = CALLER();
    return move_block(old, size, &caller);
}

/* glibc's own would come back through realloc() and show itself as the caller. */
LW_EXPORT void *reallocarray(void *old, size_t count, size_t size)
{
    struct caller caller = CALLER();
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return move_block(old, total, &caller);
}

/* Whether this free is the one that operator delete makes for a block already written down as freed. Asked once. */
static inline bool free_passes(const void *block)
{
    struct thread *thread = thread_self;
    if (likely(thread == NULL || thread->passing_free != (uint64_t)block))
        return false;
    thread->passing_free = 0;
    return true;
}

/* Notes a free. Returns false if there is nothing to hand to the real function. */
static inline bool given(void *block, const struct caller *caller)
{
    if (unlikely(block == NULL))
        return false;
    if (unlikely(!real_ready() || early_owns(block)))
        return false;
    if (likely(!free_passes(block)))
        block_given(block, LW_FAMILY_MALLOC, caller);
    return true;
}

LW_EXPORT void free(void *block)
{
    struct caller caller = CALLER();
    if (given(block, &caller))
        real.free(block);
}

LW_EXPORT void cfree(void *block)
{
    struct caller caller = CALLER();
    if (given(block, &caller))
        (real.cfree ? real.cfree : real.free)(block);
}

LW_EXPORT void free_sized(void *block, size_t size)
{
    struct caller caller = CALLER();
    if (!given(block, &caller))
        return;
    if (real.free_sized != NULL)
        real.free_sized(block, size);
    else
        real.free(block);
}

LW_EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size)
{
    struct caller caller = CALLER();
    if (!given(block, &caller))
        return;
    if (real.free_aligned_sized != NULL)
        real.free_aligned_sized(block, alignment, size);
    else
        real.free(block);
}

LW_EXPORT int posix_memalign(void **block, size_t alignment, size_t size)
{
    struct caller caller = CALLER();
    void *early;
    if (intercepted(size, alignment, &caller, &early)) {
        if (early == NULL)
            return ENOMEM;
        *block = early;
        return 0;
    }
    int error = real.posix_memalign(block, alignment, size);
    if (error == 0)
        taken(*block, size, &caller);
    return error;
}

LW_EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(size, alignment, &caller, &block))
        return block;
    return taken(real.aligned_alloc(alignment, size), size, &caller);
}

LW_EXPORT void *memalign(size_t alignment, size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(size, alignment, &caller, &block))
        return block;
    return taken(real.memalign(alignment, size), size, &caller);
}

LW_EXPORT void *valloc(size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(size, 4096, &caller, &block))
        return block;
    return taken(real.valloc(size), size, &caller);
}

LW_EXPORT void *pvalloc(size_t size)
{
    struct caller caller = CALLER();
    void *block;
    if (intercepted(size, 4096, &caller, &block))
        return block;
    return taken(real.pvalloc(size), size, &caller);
}
