/* SPDX-License-Identifier: MIT
 *
 * Segments of shared memory that processes of the session have locked (shmctl(2), SHM_LOCK). They belong to no address space, and
 * stay locked when whoever locked them ends. Values only. */
#ifndef LEAKWATCH_TRACER_LOCKS_SEGMENT_LOCKS_H
#define LEAKWATCH_TRACER_LOCKS_SEGMENT_LOCKS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct segment_lock {
    uint64_t name_space; /* of IPC, that the id is of: inode; 0: not known */
    int id;
    pid_t locker;
    uint32_t site;
};

/* All zero: none. */
struct segment_locks {
    struct segment_lock *items;
    size_t count, capacity;
};

void segment_locks_finish(struct segment_locks *locks);
/* It was locked: the last who did it counts. */
void segment_locks_add(struct segment_locks *locks, const struct segment_lock *lock);
/* It was unlocked, or removed. */
void segment_locks_remove(struct segment_locks *locks, uint64_t name_space, int id);
/* Nothing more is to be said of what this process locked. */
void segment_locks_forget(struct segment_locks *locks, pid_t locker);

#endif
