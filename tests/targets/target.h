/* SPDX-License-Identifier: MIT
 *
 * What every target program needs: calls that the compiler must keep as they stand, pointers that it cannot follow, and a stack
 * without old pointers in it. */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __clang__
#define NOINLINE __attribute__((noinline, unused))
#else
#define NOINLINE __attribute__((noipa, unused))
#endif

/* Returns `pointer`, which the compiler must take for any value: neither a leak nor a wrong call can be optimised away. */
static inline void *opaque(void *pointer)
{
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

/* Overwrites the part of the stack below the caller, where returned functions may have left pointers. */
static NOINLINE void clear_stack(void)
{
    volatile uintptr_t space[512];
    for (size_t i = 0; i < sizeof space / sizeof *space; i++)
        space[i] = 0;
}

#endif
