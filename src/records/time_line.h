/* SPDX-License-Identifier: MIT
 *
 * The time line of a process: samples of its size, as many as fit into a bounded store. Pure. */
#ifndef LEAKWATCH_RECORDS_TIME_LINE_H
#define LEAKWATCH_RECORDS_TIME_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/known.h"

/* What is sampled. */
enum time_series {
    SERIES_LIVE,     /* bytes of blocks that are not freed, as the ledger has it */
    SERIES_RESIDENT, /* bytes, VmRSS */
    SERIES_SWAPPED,  /* bytes, VmSwap */
    SERIES_LOCKED,   /* bytes */
    SERIES_MAPPINGS, /* in number, as vm.max_map_count counts them; as they were last counted */
    TIME_SERIES,
};
/* As in JSON: "live", "resident", "swapped", "locked", "mappings". Static. */
const char *time_series_name(enum time_series series);

struct time_sample {
    uint64_t at_ns;
    uint64_t number; /* of all that were offered, from 0 */
    struct known values[TIME_SERIES];
};

/* So many samples are kept. When there is no room for more, every second one is dropped, and from then on one in two, in four and
 * so on stays; the first and the last sample, and those with the least and the most of each series, always do. */
enum { TIME_LINE_MAX = 256 };

/* All zero: empty. */
struct time_line {
    struct time_sample *samples; /* by time; owned */
    size_t count, capacity;
    uint64_t offered; /* samples that were added */
    uint64_t step;    /* one in so many stays; 0: none was added */
    struct time_extremes {
        uint64_t least_number, most_number; /* of the first sample with this value */
        struct known least, most;
    } extremes[TIME_SERIES]; /* not known: no sample has had a value */
};

/* Adds a sample, later than all before. Its number is set here. */
void time_line_add(struct time_line *line, const struct time_sample *sample);
/* Finds the extremes anew, of the samples that there are. */
void time_line_find_extremes(struct time_line *line);
/* A copy with samples of its own. */
struct time_line time_line_copy(const struct time_line *line);
void time_line_finish(struct time_line *line);

#endif
