/* SPDX-License-Identifier: MIT */
#include "suppress.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "leaks.h"

enum answer { NOT_ASKED, KEEP, SUPPRESS };

void suppress_blocks(const struct block_table *table, size_t site_count, const struct pointer_graph *graph, uint8_t *marks,
                     leak_suppressed *suppressed, void *context)
{
    static const enum leak_kind kinds[] = {LEAK_DEFINITE, LEAK_INDIRECT, LEAK_POSSIBLE};
    struct flood flood = {.graph = graph, .marks = marks, .stop = MARK_REACHABLE | MARK_SUPPRESSED, .mark = MARK_SUPPRESSED};
    size_t sites = site_count ? site_count : 1;
    uint8_t *answers = xcalloc(sites, sizeof *answers);

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        memset(answers, NOT_ASKED, sites);
        for (size_t i = 0; i < table->count; i++) {
            if (leak_kind_of(marks[i]) != kinds[k])
                continue;
            uint32_t site = leak_site_of(&table->blocks[i], site_count);
            if (answers[site] == NOT_ASKED)
                answers[site] = suppressed(context, site, kinds[k]) ? SUPPRESS : KEEP;
            if (answers[site] == SUPPRESS)
                flood_enter(&flood, (uint32_t)i);
        }
        flood_run(&flood);
    }
    flood_finish(&flood);
    free(answers);
}
