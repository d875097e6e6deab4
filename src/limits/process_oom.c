/* SPDX-License-Identifier: MIT */
#include "process_oom.h"

#include <stdlib.h>

#include "field_table.h"
#include "kernel_files.h"
#include "process_list.h"
#include "process_status.h"

enum { EXEMPT = -1000, ADJUSTMENT_MAX = 1000 };

struct known process_oom_adjustment(struct kernel_files *files, pid_t pid)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/oom_score_adj", (int)pid);
    struct known adjustment = text ? field_value(text, FIELD_SIGNED) : (struct known){0};

    free(text);
    if ((int64_t)adjustment.value < EXEMPT || (int64_t)adjustment.value > ADJUSTMENT_MAX)
        return (struct known){0};
    return adjustment;
}

struct known process_oom_memory(const struct process_status *status)
{
    return known_plus(known_plus(status->resident, known_value(status->swapped.value)), known_value(status->page_table.value));
}

struct known process_oom_points(struct known memory, struct known adjustment, uint64_t total)
{
    int64_t adjusted = (int64_t)adjustment.value;

    if (!memory.known || !adjustment.known || adjusted == EXEMPT || memory.value > INT64_MAX / 4 || total > INT64_MAX / 4)
        return (struct known){0};
    return known_value((uint64_t)((int64_t)memory.value + adjusted * (int64_t)(total / 1000)));
}

struct known process_oom_score(struct known points, uint64_t total)
{
    if (!points.known || total == 0)
        return (struct known){0};
    int64_t thousandths = (int64_t)((__int128)(int64_t)points.value * 1000 / (__int128)total);
    int64_t score = (1000 + thousandths) * 2 / 3;
    return known_value(score > 0 ? (uint64_t)score : 0);
}

struct oom_standing oom_standing_of(const struct process_list *list, const struct listed_process *process, uint64_t total)
{
    struct oom_standing standing = {.points = process_oom_points(process->memory, process->adjustment, total)};
    const bool eligible = standing.points.known && process->pid != 1; /* the kernel never chooses init */

    if (process->memory.known && total > 0)
        standing.share = known_value((uint64_t)((__int128)process->memory.value * 10000 / (__int128)total));
    standing.score = process_oom_score(standing.points, total);
    standing.rank = standing.others = eligible;
    for (size_t i = 0; i < list->count; i++) {
        const struct listed_process *other = &list->items[i];
        struct known points = process_oom_points(other->memory, other->adjustment, total);
        if (!points.known || other->pid == 1 || other->pid == process->pid)
            continue;
        standing.others++;
        standing.rank += eligible && (int64_t)points.value > (int64_t)standing.points.value;
    }
    return standing;
}
