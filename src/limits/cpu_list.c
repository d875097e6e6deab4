/* SPDX-License-Identifier: MIT */
#include "cpu_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* More than any kernel has: what is beyond is no processor. */
enum { CPU_MAX = 1 << 20 };

struct cpu_range {
    uint64_t first, last;
};

static bool take_number(const char **at, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    *number = strtoull(*at, &end, 10);
    *at = end;
    return *number < CPU_MAX;
}

/* Takes the next range off the list. False at its end, and at what is none: then `*at` is not at the end. */
static bool take_range(const char **at, struct cpu_range *range)
{
    const char *next = *at;

    if (!take_number(&next, &range->first))
        return false;
    range->last = range->first;
    if (*next == '-') {
        next++;
        if (!take_number(&next, &range->last) || range->last < range->first)
            return false;
    }
    if (*next == ',')
        next++;
    else if (*next != '\0' && *next != '\n')
        return false;
    *at = next;
    return true;
}

struct known cpu_list_count(const char *list)
{
    struct cpu_range range;
    uint64_t count = 0;

    while (take_range(&list, &range))
        count += range.last - range.first + 1;
    return *list == '\0' || *list == '\n' ? known_value(count) : (struct known){0};
}

bool cpu_list_has(const char *list, uint64_t cpu)
{
    struct cpu_range range;

    while (take_range(&list, &range))
        if (range.first <= cpu && cpu <= range.last)
            return true;
    return false;
}

bool cpu_list_covers(const char *whole, const char *part)
{
    struct cpu_range range;

    while (take_range(&part, &range))
        for (uint64_t cpu = range.first; cpu <= range.last; cpu++)
            if (!cpu_list_has(whole, cpu))
                return false;
    return true;
}
