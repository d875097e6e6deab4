/* SPDX-License-Identifier: MIT */
#include "heap/snapshot.h"

#include <stdlib.h>

void snapshot_finish(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->site_count; i++) {
        free((void *)snapshot->sites[i].frames);
        free(snapshot->sites[i].content);
    }
    free(snapshot->sites);
    free(snapshot->blocks);
    free(snapshot->regions);
    free(snapshot->threads);
    free(snapshot->root_words);
    free(snapshot->root_ranges);
    free(snapshot->executable);
    free(snapshot->file_mapped);
    *snapshot = (struct snapshot){0};
}
