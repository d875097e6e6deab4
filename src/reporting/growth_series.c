/* SPDX-License-Identifier: MIT */
#include "growth_series.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"

/* Of the values y that a group has at times x, updated with each look so that nothing large is ever subtracted (Welford's way;
 * Knuth, The Art of Computer Programming, volume 2, 4.2.2). As long as a group is empty both are 0: looks before it came need no
 * update. */
struct line_sums {
    double mean;      /* of y */
    double deviation; /* sum of (x - mean of x) * (y - mean of y) */
};

struct group {
    char *content;
    struct leak_amount first, before, last, survived;
    struct line_sums blocks, bytes;
    bool changed;
};

struct growth_series {
    uint64_t interval_ns, start_ns;
    unsigned confirm;
    uint64_t looks;
    double mean, deviation;  /* of x, the times of all looks in seconds since the first; sum of (x - mean of x)^2 */
    struct hash_table names; /* struct group */
    struct group **groups;
    size_t group_count, group_capacity;
    struct growth_look *kept; /* every `stride`th */
    size_t kept_count;
    uint64_t stride;
    struct growth_look before, last;
};

struct growth_series *growth_series_create(uint64_t interval_ns, unsigned confirm)
{
    struct growth_series *series = xcalloc(1, sizeof *series);

    series->interval_ns = interval_ns;
    series->confirm = confirm;
    series->stride = 1;
    series->kept = xcalloc(GROWTH_SERIES_KEPT, sizeof *series->kept);
    return series;
}

void growth_series_destroy(struct growth_series *series)
{
    if (series == NULL)
        return;
    for (size_t i = 0; i < series->group_count; i++) {
        free(series->groups[i]->content);
        free(series->groups[i]);
    }
    free(series->groups);
    free(series->kept);
    hash_table_finish(&series->names);
    free(series);
}

/* ---- Looks ----------------------------------------------------------------------------------------------------------------- */

void growth_series_begin(struct growth_series *series, uint64_t at_ns)
{
    if (series->looks++ == 0)
        series->start_ns = at_ns;
    series->before = series->last;
    series->last = (struct growth_look){.number = series->looks, .at_ns = at_ns};
    for (size_t i = 0; i < series->group_count; i++) {
        struct group *group = series->groups[i];
        group->before = group->last;
        group->last = group->survived = (struct leak_amount){0};
    }
}

static bool has_content(const void *entry, const void *key)
{
    const struct group *group = entry;

    return strcmp(group->content, key) == 0;
}

static struct group *find_group(struct growth_series *series, const char *content)
{
    const uint64_t hash = hash_bytes(content, strlen(content));
    struct group *group = hash_table_find(&series->names, hash, has_content, content);

    if (group != NULL)
        return group;
    group = xcalloc(1, sizeof *group);
    group->content = xstrdup(content);
    hash_table_add(&series->names, hash, group);
    series->groups = xgrow(series->groups, &series->group_capacity, series->group_count + 1, sizeof(struct group *));
    series->groups[series->group_count++] = group;
    return group;
}

static void add(struct leak_amount *sum, struct leak_amount amount)
{
    sum->blocks += amount.blocks;
    sum->bytes += amount.bytes;
}

void growth_series_add(struct growth_series *series, const char *content, struct leak_amount live, struct leak_amount survived)
{
    struct group *group = find_group(series, content);

    add(&group->last, live);
    add(&group->survived, survived);
    add(&series->last.live, live);
}

/* When there is no room for more looks, every second one makes place. */
static void keep_look(struct growth_series *series)
{
    if ((series->looks - 1) % series->stride != 0)
        return;
    if (series->kept_count == GROWTH_SERIES_KEPT) {
        for (size_t i = 0; i < GROWTH_SERIES_KEPT / 2; i++)
            series->kept[i] = series->kept[2 * i];
        series->kept_count = GROWTH_SERIES_KEPT / 2;
        series->stride *= 2;
        if ((series->looks - 1) % series->stride != 0)
            return;
    }
    series->kept[series->kept_count++] = series->last;
}

/* `distance`: of the time of this look from the mean of those before. */
static void add_point(const struct growth_series *series, struct line_sums *sums, double distance, uint64_t y)
{
    sums->mean += ((double)y - sums->mean) / (double)series->looks;
    sums->deviation += distance * ((double)y - sums->mean);
}

static void end_group(const struct growth_series *series, struct group *group, double distance)
{
    if (series->looks == 1)
        group->first = group->last;
    else
        group->changed |= group->before.blocks != group->last.blocks || group->before.bytes != group->last.bytes;
    add_point(series, &group->blocks, distance, group->last.blocks);
    add_point(series, &group->bytes, distance, group->last.bytes);
}

void growth_series_end(struct growth_series *series, struct leak_amount lost)
{
    const double x = (double)(series->last.at_ns - series->start_ns) / 1e9, distance = x - series->mean;

    series->last.lost = lost;
    series->mean += distance / (double)series->looks;
    series->deviation += distance * (x - series->mean);
    for (size_t i = 0; i < series->group_count; i++)
        end_group(series, series->groups[i], distance);
    keep_look(series);
}

uint64_t growth_series_looks(const struct growth_series *series)
{
    return series->looks;
}

const struct growth_look *growth_series_last(const struct growth_series *series)
{
    return series->looks > 0 ? &series->last : NULL;
}

/* ---- What came of it ------------------------------------------------------------------------------------------------------- */

static struct growth_change change(struct leak_amount from, struct leak_amount to)
{
    return (struct growth_change){(int64_t)(to.blocks - from.blocks), (int64_t)(to.bytes - from.bytes)};
}

static int compare_numbers(int64_t left, int64_t right)
{
    return left < right ? -1 : left > right;
}

/* What grew most comes first; equal ones by name. */
static int compare_steps(const void *a, const void *b)
{
    const struct growth_step *left = a, *right = b;
    int order = compare_numbers(right->change.bytes, left->change.bytes);

    if (order == 0)
        order = compare_numbers(right->change.blocks, left->change.blocks);
    return order != 0 ? order : strcmp(left->content, right->content);
}

size_t growth_series_grown(const struct growth_series *series, struct growth_step *steps, size_t capacity)
{
    struct growth_step *all = xcalloc(series->group_count, sizeof *all);
    size_t count = 0;

    for (size_t i = 0; i < series->group_count && series->looks > 1; i++) {
        const struct group *group = series->groups[i];
        const struct growth_step step = {group->content, change(group->before, group->last)};
        if (step.change.bytes > 0 || (step.change.bytes == 0 && step.change.blocks > 0))
            all[count++] = step;
    }
    if (count > 0)
        qsort(all, count, sizeof *all, compare_steps);
    if (count > capacity)
        count = capacity;
    if (count > 0)
        memcpy(steps, all, count * sizeof *steps);
    free(all);
    return count;
}

struct growth_change growth_series_change(const struct growth_series *series)
{
    return series->looks > 1 ? change(series->before.live, series->last.live) : (struct growth_change){0};
}

/* The slope of the line y = a + b x for which the sum of the squares of the distances is least. */
static double slope(const struct growth_series *series, struct line_sums sums)
{
    return series->deviation > 0 ? sums.deviation / series->deviation : 0;
}

static int compare_groups(const void *a, const void *b)
{
    const struct growth_group *left = a, *right = b;
    const struct growth_step first = {left->content, left->grown}, second = {right->content, right->grown};

    return compare_steps(&first, &second);
}

static void list_groups(const struct growth_series *series, struct growth *growth)
{
    growth->groups = xcalloc(series->group_count, sizeof *growth->groups);
    for (size_t i = 0; i < series->group_count; i++) {
        const struct group *group = series->groups[i];
        if (!group->changed && group->survived.blocks == 0)
            continue;
        growth->groups[growth->group_count++] = (struct growth_group){
            .content = xstrdup(group->content),
            .first = group->first,
            .last = group->last,
            .grown = change(group->first, group->last),
            .bytes_per_second = slope(series, group->bytes),
            .blocks_per_second = slope(series, group->blocks),
            .survived = group->survived,
        };
    }
    if (growth->group_count > 0)
        qsort(growth->groups, growth->group_count, sizeof *growth->groups, compare_groups);
}

struct growth *growth_series_finish(struct growth_series *series, enum growth_stop stopped)
{
    struct growth *growth = xcalloc(1, sizeof *growth);

    *growth = (struct growth){
        .interval_ns = series->interval_ns,
        .confirm = series->confirm,
        .looks = series->looks,
        .stopped = stopped,
        .series = series->kept,
        .series_count = series->kept_count,
    };
    series->kept = NULL;
    list_groups(series, growth);
    growth_series_destroy(series);
    return growth;
}
