/* SPDX-License-Identifier: MIT
 *
 * How fast something grows, from samples of its size (Theil-Sen: the median of the slopes of all pairs; Kendall's test whether it
 * grows at all). A few steps do not disturb it. Pure. */
#ifndef LEAKWATCH_LIMITS_GROWTH_RATE_H
#define LEAKWATCH_LIMITS_GROWTH_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many samples are kept; where there are more, every second one is dropped, and then one in two, in four and so on is taken. */
enum { GROWTH_SAMPLES_MAX = 256, GROWTH_SAMPLES_LEAST = 10 };

/* All zero: none yet. */
struct growth_samples {
    struct growth_sample {
        uint64_t at_ns, bytes;
    } items[GROWTH_SAMPLES_MAX];
    size_t count;
    uint64_t offered, stride;
};

void growth_samples_add(struct growth_samples *samples, uint64_t at_ns, uint64_t bytes);

/* Bytes per second; 0 if there are fewer than GROWTH_SAMPLES_LEAST samples, or it cannot be told from chance (p < 0.05) that it
 * grows. */
double growth_rate(const struct growth_samples *samples);

#endif
