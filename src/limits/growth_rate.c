/* SPDX-License-Identifier: MIT */
#include "growth_rate.h"

#include <stdlib.h>

#include "xalloc.h"

static void thin_out(struct growth_samples *samples)
{
    for (size_t i = 0; i < samples->count / 2; i++)
        samples->items[i] = samples->items[2 * i];
    samples->count /= 2;
    samples->stride *= 2;
}

void growth_samples_add(struct growth_samples *samples, uint64_t at_ns, uint64_t bytes)
{
    if (samples->stride == 0)
        samples->stride = 1;
    if (samples->offered++ % samples->stride != 0)
        return;
    if (samples->count == GROWTH_SAMPLES_MAX)
        thin_out(samples);
    samples->items[samples->count++] = (struct growth_sample){at_ns, bytes};
}

static int compare_slopes(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* The variance of Kendall's sum over n samples without any trend is n (n - 1) (2n + 5) / 18; 1.96 standard deviations are p = 0.05.
 */
static bool is_trend(int64_t sum, size_t samples)
{
    const double n = (double)samples, variance = n * (n - 1) * (2 * n + 5) / 18;
    const double distance = (double)sum - 1;

    return sum > 1 && distance * distance > 1.96 * 1.96 * variance;
}

double growth_rate(const struct growth_samples *samples)
{
    const size_t n = samples->count;
    size_t count = 0;
    int64_t sum = 0;

    if (n < GROWTH_SAMPLES_LEAST)
        return 0;
    double *slopes = xcalloc(n * (n - 1) / 2, sizeof *slopes);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            const struct growth_sample *a = &samples->items[i], *b = &samples->items[j];
            if (b->at_ns <= a->at_ns)
                continue;
            slopes[count++] = ((double)b->bytes - (double)a->bytes) * 1e9 / (double)(b->at_ns - a->at_ns);
            sum += (b->bytes > a->bytes) - (b->bytes < a->bytes);
        }
    }
    qsort(slopes, count, sizeof *slopes, compare_slopes);
    double median = count > 0 ? slopes[count / 2] : 0;
    free(slopes);
    return is_trend(sum, n) && median > 0 ? median : 0;
}
