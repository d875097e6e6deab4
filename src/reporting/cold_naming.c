/* SPDX-License-Identifier: MIT */
#include "cold_naming.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "records/cold_record.h"
#include "leak_list.h"

/* Of equal sums the order of the leak list remains. */
static int compare_sites(const void *left, const void *right)
{
    const struct report_leak *const *a = left, *const *b = right;

    if ((*a)->direct.bytes != (*b)->direct.bytes)
        return (*a)->direct.bytes > (*b)->direct.bytes ? -1 : 1;
    return *a < *b ? -1 : *a > *b;
}

static void take_sites(struct report_cold *cold, const struct leak_list *list)
{
    const struct report_leak **order = xcalloc(list->count, sizeof(void *));

    for (size_t i = 0; i < list->count; i++)
        order[i] = &list->leaks[i];
    if (list->count > 0)
        qsort(order, list->count, sizeof(void *), compare_sites);
    cold->sites = xcalloc(list->count, sizeof *cold->sites);
    cold->site_count = list->count;
    for (size_t i = 0; i < list->count; i++)
        cold->sites[i] = (struct report_cold_site){order[i]->kind, order[i]->allocator, order[i]->direct, order[i]->stack};
    free(order);
}

static void name_sites(struct report_cold *cold, const struct leak_result *result, const struct site_names *sites)
{
    struct leak_list list = {0};

    for (size_t i = 0; i < result->record_count; i++) {
        const struct leak_record *record = &result->records[i];
        const struct leak_record part = {
            .kind = record->kind, .site = record->site, .allocator = record->allocator, .direct = record->cold};
        if (record->cold.blocks > 0 && record->kind != LEAK_SUPPRESSED)
            leak_list_add(&list, &part, sites->stack(sites->context, record->site), 0);
    }
    leak_list_finish(&list);
    take_sites(cold, &list);
    for (size_t i = 0; i < list.count; i++)
        report_leak_finish(&list.leaks[i]);
    free(list.leaks);
}

struct report_cold report_cold_make(const struct cold_record *record, const struct leak_result *result,
                                    const struct site_names *sites)
{
    struct report_cold cold = {.asked = record->asked,
                               .known = record->known && result,
                               .detector = record->detector,
                               .by_program = record->by_program,
                               .time_ns = record->time_ns,
                               .data_bytes = page_runs_bytes(&record->pages.data),
                               .untouched_bytes = page_runs_bytes(&record->pages.untouched)};

    if (!cold.asked)
        return cold;
    cold.rejected = record->rejected ? xstrdup(record->rejected) : NULL;
    if (!cold.known)
        cold.problem = xstrdup(record->problem ? record->problem : "its heap was not looked at");
    if (!cold.known)
        return cold;
    memcpy(cold.total, result->cold, sizeof cold.total);
    name_sites(&cold, result, sites);
    return cold;
}
