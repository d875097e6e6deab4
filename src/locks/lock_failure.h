/* SPDX-License-Identifier: MIT
 *
 * Calls that were to lock memory and failed: what was asked for, how things stood, and which rule of the kernel that breaks
 * (mlock(2), mmap(2), shmctl(2); mm/mlock.c). Pure. */
#ifndef LEAKWATCH_LOCKS_LOCK_FAILURE_H
#define LEAKWATCH_LOCKS_LOCK_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/known.h"

enum lock_call { LOCK_CALL_MLOCK, LOCK_CALL_MLOCKALL, LOCK_CALL_MUNLOCK, LOCK_CALL_MAP, LOCK_CALL_SEGMENT };

struct lock_failure {
    enum lock_call call;
    const char *name; /* of the system call, static: "mlock2" */
    int error;        /* errno */
    uint64_t address;
    uint64_t size;       /* bytes asked for; of MLOCKALL 0 */
    uint64_t already;    /* of these, locked before */
    uint64_t unmapped;   /* of these, not mapped */
    uint64_t no_access;  /* of these, mapped with PROT_NONE */
    struct known limit;  /* RLIMIT_MEMLOCK */
    struct known locked; /* VmLck */
    struct known total;  /* VmSize */
    uint64_t own;        /* leakwatch's own: of VmSize for MLOCKALL, else of VmLck */
    bool privileged;     /* CAP_IPC_LOCK */
};

/* Whether RLIMIT_MEMLOCK stands against the request. */
bool lock_failure_beyond_limit(const struct lock_failure *failure);
/* Whether it does so only because leakwatch's own memory counts, too. */
bool lock_failure_by_own(const struct lock_failure *failure);

/* Why it failed, one line; owned by the caller. */
char *lock_failure_explain(const struct lock_failure *failure);

#endif
