/* SPDX-License-Identifier: MIT
 *
 * Rules of the place. This code runs inside somebody else's program, in the middle of its malloc:
 *
 *   - no system call, no lock, no allocation, no output on the hot path; raw system calls only on the slow one;
 *   - errno, results and alignment are the C library's;
 *   - safe in signal handlers, before constructors, after destructors, in a vfork child, in a thread that is being killed;
 *   - at most 512 bytes of the caller's stack: large working memory lives in the thread's record;
 *   - one thread-local word (initial-exec TLS, so that its first use allocates nothing);
 *   - nothing is ever given back, so the supervisor may read at any moment. */
#ifndef LW_SHIM_H
#define LW_SHIM_H

#include <stdint.h>

#include "ledger.h"

#define LW_EXPORT           __attribute__((visibility("default")))
#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

extern struct lw_ledger lw_ledger;
extern struct lw_late lw_late;

/* Where a hook was called from: the return address, the stack pointer after the return, the caller's rbp. */
struct caller {
    uint64_t pc, sp, rbp;
};

/* Valid only in the hook function itself: __builtin_frame_address(0) makes it keep a frame pointer, at which the caller's rbp and
 * the return address lie. */
#define CALLER()                                                                                                                   \
    (struct caller)                                                                                                                \
    {                                                                                                                              \
        (uint64_t) __builtin_return_address(0), (uint64_t)__builtin_frame_address(0) + 16, *(uint64_t *)__builtin_frame_address(0) \
    }

#endif
