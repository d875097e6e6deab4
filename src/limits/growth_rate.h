/* SPDX-License-Identifier: MIT
 *
 * How fast something grows, from samples of its size (Theil-Sen: the median of the slopes of all pairs; Mann and Kendall's test
 * whether it grows at all). A few steps do not disturb it. Pure. */
#ifndef LEAKWATCH_LIMITS_GROWTH_RATE_H
#define LEAKWATCH_LIMITS_GROWTH_RATE_H

#include <stddef.h>
#include <stdint.h>

#include "records/limits_model.h"

/* Fewer samples say nothing. */
enum { GROWTH_SAMPLES_LEAST = 10 };

struct growth_sample {
    uint64_t at_ns, bytes;
};

/* Bytes per second; 0 if there are fewer than GROWTH_SAMPLES_LEAST samples, or it cannot be told from chance (p < 0.05) that it
 * grows. Of n samples n * (n - 1) / 2 pairs are looked at. */
double growth_rate(const struct growth_sample *samples, size_t count);

/* Of a process: of what is live if that grows, or else of what is resident and swapped out. A rate of 0: it does not grow, or has
 * given back in the end what it had grown by. */
struct growth_estimate growth_estimate_of(const struct time_line *line);

#endif
