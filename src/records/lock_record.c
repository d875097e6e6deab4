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

void lock_record_finish(struct lock_record *record)
{
    for (size_t i = 0; i < record->memory_count; i++)
        free(record->memory[i].stack.frames);
    for (size_t i = 0; i < record->segment_count; i++)
        free(record->segments[i].stack.frames);
    free(record->memory);
    free(record->segments);
    stack_findings_finish(record->findings, record->finding_count);
    *record = (struct lock_record){0};
}
