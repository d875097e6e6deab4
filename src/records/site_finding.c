/* SPDX-License-Identifier: MIT */
#include "site_finding.h"

#include <stdlib.h>

#include "base/xalloc.h"

void site_finding_list_finish(struct site_finding_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].what);
        free(list->items[i].numbers);
    }
    free(list->items);
    *list = (struct site_finding_list){0};
}

struct site_finding *site_finding_add(struct site_finding_list *list, const struct site_finding *finding)
{
    list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count] = *finding;
    list->items[list->count].count = 1;
    return &list->items[list->count++];
}

void site_finding_place(struct site_finding *finding, enum finding_role role, uint32_t site)
{
    if (site != 0 && finding->place_count < FINDING_STACKS_MAX)
        finding->places[finding->place_count++] = (struct finding_place){role, site};
}
