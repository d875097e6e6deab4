/* SPDX-License-Identifier: MIT */
#include "lock_record.h"

#include <stdlib.h>

const char *lock_way_name(enum lock_way way)
{
    static const char *const names[LOCK_WAYS] = {
        [LOCK_CALL] = "mlock",         [LOCK_ALL] = "mlockall",        [LOCK_FUTURE] = "MCL_FUTURE", [LOCK_MAPPED] = "MAP_LOCKED",
        [LOCK_GROWN] = "stack growth", [LOCK_SECRET] = "memfd_secret", [LOCK_UNKNOWN] = "unknown",
    };
    return names[way];
}

const char *lock_role_name(enum lock_role role)
{
    static const char *const names[LOCK_ROLES] = {
        [ROLE_CALL] = "call",
        [ROLE_LOCK] = "lock",
        [ROLE_OTHER_LOCK] = "other lock",
        [ROLE_UNLOCK] = "unlock",
        [ROLE_ALLOCATION] = "allocation",
        [ROLE_FREE] = "free",
        [ROLE_FORK] = "fork",
    };
    return names[role];
}

const char *lock_role_text(enum lock_role role)
{
    static const char *const texts[LOCK_ROLES] = {
        [ROLE_CALL] = "the call",
        [ROLE_LOCK] = "the lock",
        [ROLE_OTHER_LOCK] = "the lock that was to be undone",
        [ROLE_UNLOCK] = "the unlock",
        [ROLE_ALLOCATION] = "the allocation",
        [ROLE_FREE] = "the free",
        [ROLE_FORK] = "the fork",
    };
    return texts[role];
}

static void finish_finding(struct lock_finding *finding)
{
    free(finding->what);
    free(finding->numbers);
    for (size_t i = 0; i < finding->stack_count; i++)
        free(finding->stacks[i].frames);
}

void lock_record_finish(struct lock_record *record)
{
    for (size_t i = 0; i < record->memory_count; i++)
        free(record->memory[i].stack.frames);
    for (size_t i = 0; i < record->segment_count; i++)
        free(record->segments[i].stack.frames);
    for (size_t i = 0; i < record->finding_count; i++)
        finish_finding(&record->findings[i]);
    free(record->memory);
    free(record->segments);
    free(record->findings);
    *record = (struct lock_record){0};
}
