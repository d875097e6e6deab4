/* SPDX-License-Identifier: MIT */
#include "growth_rate.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "records/time_line.h"

/* The variance of Kendall's sum over n samples without any trend is n (n - 1) (2n + 5) / 18; 1.96 standard deviations are p = 0.05
 * (M. G. Kendall, Rank Correlation Methods). */
static bool is_trend(const struct growth_sample *samples, size_t count)
{
    const double n = (double)count, variance = n * (n - 1) * (2 * n + 5) / 18;
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            sum += (samples[j].bytes > samples[i].bytes) - (samples[j].bytes < samples[i].bytes);
    const double distance = (double)sum - 1;
    return sum > 1 && distance * distance > 1.96 * 1.96 * variance;
}

static int compare_slopes(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median_slope(const struct growth_sample *samples, size_t count)
{
    double *slopes = xcalloc(count * (count - 1) / 2, sizeof *slopes);
    size_t pairs = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (samples[j].at_ns > samples[i].at_ns)
                slopes[pairs++] =
                    ((double)samples[j].bytes - (double)samples[i].bytes) * 1e9 / (double)(samples[j].at_ns - samples[i].at_ns);
    if (pairs > 0)
        qsort(slopes, pairs, sizeof *slopes, compare_slopes);
    const double median = pairs > 0 ? slopes[pairs / 2] : 0;
    free(slopes);
    return median;
}

double growth_rate(const struct growth_sample *samples, size_t count)
{
    if (count < GROWTH_SAMPLES_LEAST || !is_trend(samples, count))
        return 0;
    const double median = median_slope(samples, count);
    return median > 0 ? median : 0;
}

/* ---- Of a process ---- */

static struct known live_of(const struct time_sample *sample)
{
    return sample->values[SERIES_LIVE];
}

static struct known memory_of(const struct time_sample *sample)
{
    const struct known resident = sample->values[SERIES_RESIDENT];

    return resident.known ? known_value(resident.value + sample->values[SERIES_SWAPPED].value) : resident;
}

/* What grew and was given back in the end is no leak: the last sample must be in the upper half of all. */
static bool is_kept(const struct growth_sample *samples, size_t count)
{
    uint64_t least = UINT64_MAX, most = 0;

    for (size_t i = 0; i < count; i++) {
        least = samples[i].bytes < least ? samples[i].bytes : least;
        most = samples[i].bytes > most ? samples[i].bytes : most;
    }
    return count > 0 && samples[count - 1].bytes - least >= (most - least) / 2;
}

static double rate_of(const struct time_line *line, struct known (*value_of)(const struct time_sample *sample))
{
    struct growth_sample samples[TIME_LINE_MAX];
    size_t count = 0;

    for (size_t i = 0; i < line->count; i++) {
        const struct known value = value_of(&line->samples[i]);
        if (value.known)
            samples[count++] = (struct growth_sample){line->samples[i].at_ns, value.value};
    }
    return is_kept(samples, count) ? growth_rate(samples, count) : 0;
}

struct growth_estimate growth_estimate_of(const struct time_line *line)
{
    const double live = rate_of(line, live_of);

    if (live > 0)
        return (struct growth_estimate){.rate = live, .of_live = true};
    return (struct growth_estimate){.rate = rate_of(line, memory_of)};
}
