/* SPDX-License-Identifier: MIT
 *
 * Growth of groups of blocks over a series of looks. What is kept of each group are sums, whatever the number of looks. */
#ifndef LEAKWATCH_REPORTING_GROWTH_SERIES_H
#define LEAKWATCH_REPORTING_GROWTH_SERIES_H

#include "model/growth.h"

#define GROWTH_SERIES_KEPT 1024 /* looks that are told; of more than so many every second one is forgotten, again and again */

struct growth_series;

/* `confirm`: as in struct growth. Never NULL. */
struct growth_series *growth_series_create(uint64_t interval_ns, unsigned confirm);
void growth_series_destroy(struct growth_series *series);

/* A look, at a time that is later than that of the look before. */
void growth_series_begin(struct growth_series *series, uint64_t at_ns);
/* Blocks of one sort in this look; several calls for the same content add up. `survived`: those that were lost at each look. */
void growth_series_add(struct growth_series *series, const char *content, struct leak_amount live, struct leak_amount survived);
/* The look is over. `lost`: as in struct growth_look. */
void growth_series_end(struct growth_series *series, struct leak_amount lost);

uint64_t growth_series_looks(const struct growth_series *series);
/* Finished looks: the last, and the one before it; NULL if there is none. Lent until the next call. */
const struct growth_look *growth_series_last(const struct growth_series *series);

/* The groups that have grown most between the last two looks, by bytes, the most first: at most `capacity`. Returns how many. Their
 * contents are lent until the series is used up. */
size_t growth_series_grown(const struct growth_series *series, struct growth_step *steps, size_t capacity);
/* All groups together. */
struct growth_change growth_series_change(const struct growth_series *series);

/* Uses the series up. The caller releases the result with growth_destroy(). */
struct growth *growth_series_finish(struct growth_series *series, enum growth_stop stopped);

#endif
