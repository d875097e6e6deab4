/* SPDX-License-Identifier: MIT */
#include "near_limit.h"

#include <string.h>

#include "limit_list.h"

/* Nobody else uses it up. */
static bool is_own(const struct limit *limit)
{
    return strncmp(limit->name, "RLIMIT_", 7) == 0 || strcmp(limit->name, "vm.max_map_count") == 0;
}

static bool is_near(const struct limit *limit, unsigned percent, struct known resident)
{
    if (!known_limits(limit->limit) || limit->limit.value == 0 || !known_limits(limit->left))
        return false;
    /* In this order nothing overflows, and what is lost by the division is less than 100 bytes. */
    if (limit->unit == LIMIT_BYTES && limit->left.value > limit->limit.value / 100 * (100 - percent))
        return false;
    if (limit->unit == LIMIT_COUNT && limit->left.value > limit->limit.value * (100 - percent) / 100)
        return false;
    return is_own(limit) || (resident.known && resident.value >= limit->limit.value / 10);
}

size_t near_limits_find(const struct limit_list *list, unsigned percent, struct known resident, const struct limit **near)
{
    static const enum growth_kind growths[] = {GROWTH_HEAP, GROWTH_STACK, GROWTH_LOCKED, GROWTH_MAPPINGS};
    size_t count = 0;

    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++) {
        const struct limit *first = limit_list_first(list, growths[i]);
        bool known_before = false;
        for (size_t k = 0; k < count; k++)
            known_before |= near[k] == first;
        if (first && !known_before && is_near(first, percent, resident))
            near[count++] = first;
    }
    return count;
}
