/* SPDX-License-Identifier: MIT
 * System calls without the C library: no errno, no cancellation point, nothing that somebody interposes. */
#ifndef LW_RAWCALL_H
#define LW_RAWCALL_H

#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "ledger.h"

static inline long raw_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* Private zeroed memory; a value in -4095..-1 is -errno. The kernel has no use for the descriptor, but the supervisor knows by it
 * that this is none of the program's mappings. */
static inline long raw_mmap(size_t size)
{
    return raw_syscall6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, LW_OWN_MAPPING, 0);
}

#endif
