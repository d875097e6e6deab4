/* SPDX-License-Identifier: MIT
 * Checks of merged pages (KSM). */
#include <inttypes.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "checks.h"
#include "look.h"

enum { ITEMS_FOR_A_PAGE = 64, CHURN_PAGES = 1000, VOLATILE_PAGES = 1000 };

void check_merging_profit(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;
    const struct merging_process *merging = process ? &process->merging : NULL;

    if (merging == NULL || merging->items.value == 0 || input->now.machine->merging.full_scans.value < 2)
        return;
    bool loss = merging->profit.known && (int64_t)merging->profit.value < 0;
    bool few = merging->merged_pages.known && merging->items.value / ITEMS_FOR_A_PAGE > merging->merged_pages.value;
    if (!loss && !few)
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("merging of pages costs more than it saves"),
                 xasprintf("profit %" PRId64 " bytes; %" PRIu64 " pages looked at, %" PRIu64 " merged",
                           (int64_t)merging->profit.value, merging->items.value, merging->merged_pages.value));
}

/* Address space of the mappings that may be merged, and of those among them that are locked. */
static uint64_t mergeable_size(const struct process_look *process, uint64_t *locked)
{
    uint64_t size = 0;

    *locked = 0;
    for (size_t i = 0; i < process->each.maps.count; i++) {
        const struct memory_map *map = &process->each.maps.maps[i];
        if (!process->each.mappings[i].mergeable)
            continue;
        size += map->end - map->start;
        *locked += process->each.mappings[i].locked ? map->end - map->start : 0;
    }
    return size;
}

void check_merging_inactive(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    struct known run = input->now.machine->merging.run;
    uint64_t locked, size = input->now.process ? mergeable_size(input->now.process, &locked) : 0;

    if (size == 0 || !run.known || run.value == 1)
        return;
    check_report(list, row, FINDING_NOTE, NULL, xstrdup("MADV_MERGEABLE has no effect"),
                 xasprintf("%s of mappings marked; /sys/kernel/mm/ksm/run is %" PRIu64, size_text(size).text, run.value));
}

void check_merging_hides(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct page_counts *pages = input->now.process ? &input->now.process->pages : NULL;

    if (pages == NULL || !pages->merged.known || !pages->anonymous.known || pages->merged.value <= pages->anonymous.value / 10)
        return;
    check_report(list, row, FINDING_NOTE, NULL, xstrdup("merged pages make the process look smaller than it is"),
                 xasprintf("%s of %s anonymous memory merged: Pss %s, Rss %s", size_text(pages->merged.value).text,
                           size_text(pages->anonymous.value).text, size_text(pages->proportional.value).text,
                           size_text(pages->resident.value).text));
}

void check_merging_churn(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    struct known now = input->now.machine->counters.merged_written;
    struct known then = input->first_machine ? input->first_machine->counters.merged_written : (struct known){0};

    if (input->now.process == NULL || !now.known || !then.known || now.value - then.value <= CHURN_PAGES ||
        (input->now.process->merging.merged_pages.value == 0 && input->now.process->pages.merged.value == 0))
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("merged pages are written to and copied again"),
                 xasprintf("%" PRIu64 " pages of all processes since the first look", now.value - then.value));
}

void check_merging_secret(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    uint64_t locked = 0;

    if (input->now.process)
        mergeable_size(input->now.process, &locked);
    if (locked == 0)
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("locked memory may be merged with that of others"),
                 xasprintf("%s of mappings both locked and mergeable", size_text(locked).text));
}

void check_merging_volatile(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct merging_machine *merging = &input->now.machine->merging;

    if (input->now.process || merging->run.value != 1 || merging->pages_volatile.value <= VOLATILE_PAGES ||
        merging->pages_volatile.value <= merging->pages_sharing.value + merging->pages_shared.value)
        return;
    check_report(
        list, row, FINDING_NOTE, NULL, xstrdup("many mergeable pages change too often to be merged"),
        xasprintf("%" PRIu64 " pages change, %" PRIu64 " saved", merging->pages_volatile.value, merging->pages_sharing.value));
}
