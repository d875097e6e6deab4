/* SPDX-License-Identifier: MIT
 *
 * What changed from look to look at one process: the part of a report that --repeat and --confirm ask for. Values only;
 * growth_series.h fills them in. */
#ifndef LEAKWATCH_MODEL_GROWTH_H
#define LEAKWATCH_MODEL_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/leak_scan.h" /* struct leak_amount */

/* Why there were no more looks. */
enum growth_stop {
    GROWTH_STOP_COUNT,       /* as many as were wanted were made */
    GROWTH_STOP_INTERRUPTED, /* the user did not want more */
    GROWTH_STOP_ENDED,       /* the process has ended */
    GROWTH_STOP_FAILED,      /* the process could not be looked at any more */
};

struct growth_look {
    uint64_t number; /* from 1 */
    uint64_t at_ns;
    struct leak_amount live, lost; /* lost: definitely, indirectly, possibly; confirmed or not */
};

struct growth_change {
    int64_t blocks, bytes;
};

struct growth_step { /* what has changed in a group between two looks */
    const char *content;
    struct growth_change change;
};

/* Blocks that are of the same sort. */
struct growth_group {
    char *content;                  /* what they are */
    struct leak_amount first, last; /* at the first and at the last look */
    struct growth_change grown;     /* from the first to the last */
    /* Slope of the line that fits all looks best (least squares), where a group that a look does not have counts as empty. */
    double bytes_per_second, blocks_per_second;
    struct leak_amount survived; /* of the last look: blocks that were lost at each look */
};

struct growth {
    uint64_t interval_ns;
    unsigned confirm; /* looks on end in which a block must be lost to be reported; 0: one */
    uint64_t looks;
    enum growth_stop stopped;
    struct growth_look *series; /* in their order; of very many not all */
    size_t series_count;
    struct growth_group *groups; /* that changed or have survivors; what grew most first */
    size_t group_count;
};

/* Takes NULL. */
void growth_destroy(struct growth *growth);

#endif
