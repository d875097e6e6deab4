/* SPDX-License-Identifier: MIT
 *
 * Limits bite as they would without us: what the shim and its ledger take of the memory of a process comes on top of its soft
 * limits RLIMIT_AS, RLIMIT_DATA and, where that memory is locked too, RLIMIT_MEMLOCK, with prlimit(2). The program sees none of it:
 * what getrlimit(2) and prlimit(2) tell it are its own limits, and what it sets is raised again. (/proc/PID/limits tells the truth,
 * as does VmSize.) Beyond the hard limit only who has CAP_SYS_RESOURCE can go; so a hard limit that the program lowers is lowered
 * for it alone, and stays as it is in the kernel. */
#ifndef LEAKWATCH_TRACER_LIMITS_RAISED_LIMITS_H
#define LEAKWATCH_TRACER_LIMITS_RAISED_LIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct process;
struct process_look;
struct session;
struct thread;

enum raised_limit { RAISED_AS, RAISED_DATA, RAISED_MEMLOCK, RAISED_LIMITS };

/* Of a process. */
struct raised_limits {
    struct {
        bool used;
        struct rlimit own, real; /* what the program believes; what we have set for that, and nobody has changed since */
        uint64_t missing;        /* so much of ours counts against the limit, because it could not be raised */
    } of[RAISED_LIMITS];
};

/* Of an address space: what of it is ours, in bytes, as each limit counts it. */
struct own_memory {
    uint64_t counted[RAISED_LIMITS];
    uint64_t locked_before; /* the call of mlockall that is being made */
};

/* At the entry of a supervised call: makes room for what it is about to map or lock of ours; tells and sets limits in the place of
 * the kernel, whose call is skipped then. */
void raised_limits_enter(const struct session *session, struct thread *thread);
/* At its exit: takes back what was not needed; what the kernel has told or set nevertheless becomes what the program knows. */
void raised_limits_leave(const struct session *session, struct thread *thread, bool failed);
/* A new process has the limits of its maker, but nothing locked. */
void raised_limits_fork(struct process *child, const struct process *maker);
/* Another program, in which nothing is ours yet. */
void raised_limits_exec(struct process *process);

/* Says in the record which limits bite earlier than they would without us. */
void raised_limits_explain(struct process *process);

/* By how many bytes a soft limit of the process is higher than it believes. */
uint64_t raised_limits_bytes(const struct process *process, enum raised_limit which);

/* Takes out of a look at the process what is ours in it. */
void raised_limits_subtract(const struct process *process, struct process_look *look);

#endif
