/* SPDX-License-Identifier: MIT */
#include "realtime_record.h"

#include <stdlib.h>

const char *realtime_start_name(enum realtime_start start)
{
    static const char *const names[REALTIME_STARTS] = {
        [REALTIME_BY_POLICY] = "policy",
        [REALTIME_BY_CALL] = "call",
        [REALTIME_BY_SIGNAL] = "signal",
        [REALTIME_BY_MARKER] = "marker",
    };
    return names[start];
}

void realtime_record_finish(struct realtime_record *record)
{
    for (size_t i = 0; i < record->thread_count; i++) {
        free(record->threads[i].name);
        free(record->threads[i].cpus);
    }
    free(record->threads);
    stack_findings_finish(record->findings, record->finding_count);
    *record = (struct realtime_record){0};
}
