/* SPDX-License-Identifier: MIT */
#include "time_line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

const char *time_series_name(enum time_series series)
{
    static const char *const names[TIME_SERIES] = {
        [SERIES_LIVE] = "live",     [SERIES_RESIDENT] = "resident", [SERIES_SWAPPED] = "swapped",
        [SERIES_LOCKED] = "locked", [SERIES_MAPPINGS] = "mappings",
    };

    return names[series];
}

static void take_extremes(struct time_line *line, const struct time_sample *sample)
{
    for (int series = 0; series < TIME_SERIES; series++) {
        struct time_extremes *extremes = &line->extremes[series];
        const struct known value = sample->values[series];
        if (!value.known)
            continue;
        if (!extremes->least.known || value.value < extremes->least.value) {
            extremes->least = value;
            extremes->least_number = sample->number;
        }
        if (!extremes->most.known || value.value > extremes->most.value) {
            extremes->most = value;
            extremes->most_number = sample->number;
        }
    }
}

void time_line_find_extremes(struct time_line *line)
{
    memset(line->extremes, 0, sizeof line->extremes);
    for (size_t i = 0; i < line->count; i++)
        take_extremes(line, &line->samples[i]);
}

static bool is_extreme(const struct time_line *line, uint64_t number)
{
    for (int series = 0; series < TIME_SERIES; series++) {
        const struct time_extremes *extremes = &line->extremes[series];
        if (extremes->least.known && (extremes->least_number == number || extremes->most_number == number))
            return true;
    }
    return false;
}

/* Whether a sample stays although others have come after it. */
static bool stays(const struct time_line *line, const struct time_sample *sample)
{
    return sample->number % line->step == 0 || is_extreme(line, sample->number);
}

static void drop_others(struct time_line *line)
{
    size_t kept = 0;

    for (size_t i = 0; i < line->count; i++)
        if (stays(line, &line->samples[i]))
            line->samples[kept++] = line->samples[i];
    line->count = kept;
}

/* What was extreme for a time only goes first: it must not make the steps longer. */
static void make_room(struct time_line *line)
{
    drop_others(line);
    while (line->count > TIME_LINE_MAX * 3 / 4) {
        line->step *= 2;
        drop_others(line);
    }
}

void time_line_add(struct time_line *line, const struct time_sample *sample)
{
    struct time_sample added = *sample;

    if (line->step == 0)
        line->step = 1;
    added.number = line->offered++;
    take_extremes(line, &added);
    if (line->count > 0 && !stays(line, &line->samples[line->count - 1]))
        line->count--;
    if (line->count == TIME_LINE_MAX)
        make_room(line);
    line->samples = xgrow(line->samples, &line->capacity, line->count + 1, sizeof *line->samples);
    line->samples[line->count++] = added;
}

struct time_line time_line_copy(const struct time_line *line)
{
    struct time_line copy = *line;

    copy.samples = xcalloc(line->count, sizeof *copy.samples);
    if (line->count > 0)
        memcpy(copy.samples, line->samples, line->count * sizeof *copy.samples);
    copy.capacity = line->count;
    return copy;
}

void time_line_finish(struct time_line *line)
{
    free(line->samples);
    *line = (struct time_line){0};
}
