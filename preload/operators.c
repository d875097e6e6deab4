/* SPDX-License-Identifier: MIT
 *
 * C++ operators new and delete, under their mangled names, so that the shim needs no C++ library.
 *
 * The real operator usually calls malloc, whose hook would record the block as a malloc block. So we announce the call: the first
 * allocation of that size made by this thread passes unrecorded, and the block is recorded here, as what the program asked for. An
 * operator that does something else (a header in front, a pool of its own) is seen at what it does: its own malloc stays recorded
 * as such, and only a block that nobody recorded is recorded here. Exceptions pass through these frames as through any C function.
 */
#include <stdlib.h>

#include "blocks.h"
#include "hooks.h"
#include "real.h"
#include "threads.h"

/* ---- new --------------------------------------------------------------------------------------------------------------------- */

struct operator_call {
    struct thread *thread;
    uint64_t saved_size; /* of an operator further out (a new handler may come back here) */
    uint64_t nested_blocks;
};

static inline struct operator_call call_begin(uint64_t inner_size)
{
    struct operator_call call = {.thread = thread_current()};
    if (likely(call.thread != NULL)) {
        call.saved_size = call.thread->passing_size;
        call.nested_blocks = call.thread->nested_blocks;
        call.thread->passing_size = inner_size + 1;
    }
    return call;
}

static inline void *call_end(struct operator_call call, void *block, size_t size, enum lw_family family,
                             const struct caller *caller)
{
    if (unlikely(call.thread == NULL))
        return block;
    bool inner_passed = call.thread->passing_size == 0;
    bool nested = call.thread->nested_blocks != call.nested_blocks;
    call.thread->passing_size = call.saved_size;
    if (unlikely(block == NULL))
        return NULL;
    if (unlikely(nested) && LW_WORD_STATE(block_look(block).word) == LW_WORD_LIVE)
        block_set_family(block, family); /* recorded by a second try, after the new handler */
    else if (likely(inner_passed || !nested))
        block_taken(block, size, family, caller);
    /* else part of a block that the operator took with malloc: recorded there */
    return block;
}

/* Whether this operator was called by another one that is already under way: new[] calls new, nothrow calls the plain one. */
static inline bool called_by_operator(uint64_t inner_size)
{
    struct thread *thread = thread_self;
    return thread != NULL && thread->passing_size == inner_size + 1;
}

/* The real operator; found late where a plugin brought the C++ library. */
#define REAL_OPERATOR(name) (likely(real.name != NULL) ? real.name : (real.name = (__typeof__(real.name))real_find_late(#name)))

/* No C++ library anywhere, yet somebody calls operator new: what it is specified to do, less the handler and the exception. */
static void *operator_fallback(size_t size, size_t alignment)
{
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    return alignment > 16 ? real.aligned_alloc(alignment, rounded) : real.malloc(size ? size : 1);
}

static inline size_t aligned_inner_size(size_t size, size_t alignment)
{
    return (size + alignment - 1) & ~(alignment - 1); /* as libstdc++ rounds for aligned_alloc */
}

#define NEW(name, family, parameters, arguments, inner, alignment)                                                                 \
    LW_EXPORT void *name parameters                                                                                                \
    {                                                                                                                              \
        struct caller caller = CALLER();                                                                                           \
        if (unlikely(!real_ready()))                                                                                               \
            return early_allocate(size, alignment);                                                                                \
        if (unlikely(REAL_OPERATOR(name) == NULL)) {                                                                               \
            void *block = operator_fallback(size, alignment);                                                                      \
            if (block != NULL)                                                                                                     \
                block_taken(block, size, family, &caller);                                                                         \
            return block;                                                                                                          \
        }                                                                                                                          \
        if (called_by_operator(inner))                                                                                             \
            return real.name arguments;                                                                                            \
        struct operator_call call = call_begin(inner);                                                                             \
        return call_end(call, real.name arguments, size, family, &caller);                                                         \
    }

NEW(_Znwm, LW_FAMILY_NEW, (size_t size), (size), size, 16)
NEW(_Znam, LW_FAMILY_NEW_ARRAY, (size_t size), (size), size, 16)
NEW(_ZnwmRKSt9nothrow_t, LW_FAMILY_NEW, (size_t size, const void *nothrow), (size, nothrow), size, 16)
NEW(_ZnamRKSt9nothrow_t, LW_FAMILY_NEW_ARRAY, (size_t size, const void *nothrow), (size, nothrow), size, 16)
NEW(_ZnwmSt11align_val_t, LW_FAMILY_NEW, (size_t size, size_t alignment), (size, alignment), aligned_inner_size(size, alignment),
    alignment)
NEW(_ZnamSt11align_val_t, LW_FAMILY_NEW_ARRAY, (size_t size, size_t alignment), (size, alignment),
    aligned_inner_size(size, alignment), alignment)
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, LW_FAMILY_NEW, (size_t size, size_t alignment, const void *nothrow),
    (size, alignment, nothrow), aligned_inner_size(size, alignment), alignment)
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, LW_FAMILY_NEW_ARRAY, (size_t size, size_t alignment, const void *nothrow),
    (size, alignment, nothrow), aligned_inner_size(size, alignment), alignment)

/* ---- delete ------------------------------------------------------------------------------------------------------------------ */

/* Writes the free of `block` down and lets the free() pass that the real operator makes. Returns false if the block is none of the
 * real operator's. */
static inline bool delete_begin(void *block, enum lw_family family, const struct caller *caller)
{
    if (unlikely(!real_ready() || early_owns(block)))
        return false;
    struct thread *thread = thread_current();
    if (unlikely(block == NULL || thread == NULL))
        return true;
    if (thread->passing_free == (uint64_t)block) /* called by another operator: delete[] calls delete, sized the plain one */
        return true;
    if (likely(LW_WORD_STATE(block_look(block).word) != LW_WORD_NONE)) {
        block_given(block, family, caller);
        thread->passing_free = (uint64_t)block;
    }
    return true;
}

/* The real operator may not have called free() at all: nothing must pass later. */
static inline void delete_end(void)
{
    struct thread *thread = thread_self;
    if (likely(thread != NULL))
        thread->passing_free = 0;
}

#define DELETE(name, family, parameters, arguments)                                                                                \
    LW_EXPORT void name parameters                                                                                                 \
    {                                                                                                                              \
        struct caller caller = CALLER();                                                                                           \
        if (unlikely(!delete_begin(block, family, &caller)))                                                                       \
            return;                                                                                                                \
        if (likely(REAL_OPERATOR(name) != NULL))                                                                                   \
            real.name arguments;                                                                                                   \
        else                                                                                                                       \
            real.free(block);                                                                                                      \
        delete_end();                                                                                                              \
    }

DELETE(_ZdlPv, LW_FAMILY_NEW, (void *block), (block))
DELETE(_ZdaPv, LW_FAMILY_NEW_ARRAY, (void *block), (block))
DELETE(_ZdlPvm, LW_FAMILY_NEW, (void *block, size_t size), (block, size))
DELETE(_ZdaPvm, LW_FAMILY_NEW_ARRAY, (void *block, size_t size), (block, size))
DELETE(_ZdlPvRKSt9nothrow_t, LW_FAMILY_NEW, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdaPvRKSt9nothrow_t, LW_FAMILY_NEW_ARRAY, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdlPvSt11align_val_t, LW_FAMILY_NEW, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdaPvSt11align_val_t, LW_FAMILY_NEW_ARRAY, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdlPvmSt11align_val_t, LW_FAMILY_NEW, (void *block, size_t size, size_t alignment), (block, size, alignment))
DELETE(_ZdaPvmSt11align_val_t, LW_FAMILY_NEW_ARRAY, (void *block, size_t size, size_t alignment), (block, size, alignment))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, LW_FAMILY_NEW, (void *block, size_t alignment, const void *nothrow),
       (block, alignment, nothrow))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, LW_FAMILY_NEW_ARRAY, (void *block, size_t alignment, const void *nothrow),
       (block, alignment, nothrow))
