/* SPDX-License-Identifier: MIT */
#include "segment_locks.h"

#include <stdlib.h>

#include "base/xalloc.h"

void segment_locks_finish(struct segment_locks *locks)
{
    free(locks->items);
    *locks = (struct segment_locks){0};
}

void segment_locks_remove(struct segment_locks *locks, uint64_t name_space, int id)
{
    size_t kept = 0;

    for (size_t i = 0; i < locks->count; i++)
        if (locks->items[i].id != id || locks->items[i].name_space != name_space)
            locks->items[kept++] = locks->items[i];
    locks->count = kept;
}

void segment_locks_add(struct segment_locks *locks, const struct segment_lock *lock)
{
    segment_locks_remove(locks, lock->name_space, lock->id);
    locks->items = xgrow(locks->items, &locks->capacity, locks->count + 1, sizeof *locks->items);
    locks->items[locks->count++] = *lock;
}

void segment_locks_forget(struct segment_locks *locks, pid_t locker)
{
    size_t kept = 0;

    for (size_t i = 0; i < locks->count; i++)
        if (locks->items[i].locker != locker)
            locks->items[kept++] = locks->items[i];
    locks->count = kept;
}
