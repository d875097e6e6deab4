/* SPDX-License-Identifier: MIT */
#include "forecast.h"

#include "base/xalloc.h"
#include "limit_list.h"

struct growth_forecast growth_forecast_make(const struct limit_list *limits, struct growth_estimate growth)
{
    const struct limit *first = limit_list_first(limits, GROWTH_HEAP);
    struct growth_forecast forecast = {.growth = growth};

    if (first == NULL || growth.rate <= 0)
        return forecast;
    forecast.limit = first->name;
    forecast.where = first->where ? xstrdup(first->where) : NULL;
    forecast.effect = first->effect;
    forecast.left = first->left.value;
    /* A limit of the machine at the rate of a byte an hour: longer than can be counted is as good as never. */
    const double seconds = (double)forecast.left / growth.rate;
    forecast.seconds = seconds < 1e15 ? known_value((uint64_t)seconds) : (struct known){0};
    return forecast;
}
