/* SPDX-License-Identifier: MIT
 *
 * The outcome of one leak check of one process. Private to the report builder. */
#ifndef LEAKWATCH_REPORTING_PROCESS_LEAKS_H
#define LEAKWATCH_REPORTING_PROCESS_LEAKS_H

#include "model/report_model.h"
#include "report_builder.h"

/* What one suppression took out of this check, not counting what hung below. */
struct suppression_hit {
    const struct suppressions *set;
    size_t index;
    struct leak_amount amount;
};

struct process_leaks {
    const char *at;
    struct report_leak *leaks;
    size_t leak_count;
    struct report_pointers *pointers;
    size_t pointer_count;
    struct report_cold cold;
    struct report_duplicates duplicates;
    struct leak_amount total[LEAK_KINDS];
    struct leak_amount unconfirmed;
    uint64_t errors;
    uint64_t unreadable_bytes, invalid_blocks;
    struct suppression_hit *hits;
    size_t hit_count, hit_capacity;
};

#define LEAK_CHECK_SETS 2 /* the user's, the program's own */

/* What is known before the scan is finished. `sets`: suppressions to be asked, in this order; NULL members are skipped. */
struct leak_check {
    const struct report_builder_settings *settings;
    const struct suppressions *sets[LEAK_CHECK_SETS];
    struct report_names *names;
    const struct process_record *record;
    const struct snapshot *snapshot;
    struct leak_scan *scan; /* is used up */
};

/* Never NULL. Released by process_leaks_destroy(). */
struct process_leaks *process_leaks_create(const struct leak_check *check, const char *at);

#endif
