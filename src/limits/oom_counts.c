/* SPDX-License-Identifier: MIT */
#include "oom_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static struct group_count *find(const struct oom_counts *counts, const char *path)
{
    for (size_t i = 0; i < counts->count; i++)
        if (strcmp(counts->groups[i].path, path) == 0)
            return &counts->groups[i];
    return NULL;
}

void oom_counts_see(struct oom_counts *counts, const struct control_groups *groups)
{
    for (size_t i = 0; i < groups->memory_count; i++) {
        const struct memory_group *group = &groups->memory[i];
        if (find(counts, group->path))
            continue;
        counts->groups = xgrow(counts->groups, &counts->capacity, counts->count + 1, sizeof *counts->groups);
        counts->groups[counts->count++] =
            (struct group_count){xstrdup(group->path), group->own_oom_kills, group->shortages, group->swap_shortages};
    }
}

/* ---- Was it the killer ---- */

/* What cannot be asked does not deny it. */
static bool has_more(struct known now, struct known before)
{
    return !now.known || now.value > before.value;
}

bool oom_counts_take_kill(struct oom_counts *counts, struct known kills, const struct control_groups *groups)
{
    const struct memory_group *own = groups->memory_count > 0 ? &groups->memory[0] : NULL;
    struct group_count *before = own ? find(counts, own->path) : NULL;
    const struct known own_kills = own ? own->own_oom_kills : (struct known){0};

    if ((!kills.known && !own_kills.known) || !has_more(kills, counts->kills) ||
        !has_more(own_kills, before ? before->kills : (struct known){0}))
        return false;
    if (kills.known)
        counts->kills = known_value(counts->kills.value + 1);
    if (before && own_kills.known)
        before->kills = known_value(before->kills.value + 1);
    return true;
}

/* ---- For which limit ---- */

static const struct memory_group *group_of(const struct limit *limit, const struct control_groups *groups)
{
    for (size_t i = 0; limit->where && i < groups->memory_count; i++)
        if (strcmp(groups->memory[i].path, limit->where) == 0)
            return &groups->memory[i];
    return NULL;
}

/* Whether a charge was refused for this limit since the group was first seen. */
static bool was_short(const struct oom_counts *counts, const struct limit *limit, const struct memory_group *group)
{
    const struct group_count *before = find(counts, group->path);
    const struct group_count none = {0};

    if (!before)
        before = &none;
    if (strcmp(limit->name, "cgroup memory+swap") == 0)
        return has_more(group->swap_shortages, before->swap_shortages);
    return has_more(group->shortages, before->shortages);
}

static const struct limit *tighter(const struct limit *limit, const struct limit *other)
{
    return limit == NULL || other->left.value < limit->left.value ? other : limit;
}

const struct limit *oom_counts_limit(const struct oom_counts *counts, const struct limit_list *list,
                                     const struct control_groups *groups)
{
    const struct limit *in_sight = NULL, *beyond = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct limit *limit = &list->items[i];
        const struct memory_group *group = group_of(limit, groups);
        if (limit->effect != EFFECT_SIGKILL || !known_limits(limit->limit) || !known_limits(limit->left))
            continue;
        if (!group)
            beyond = tighter(beyond, limit);
        else if (was_short(counts, limit, group))
            in_sight = tighter(in_sight, limit);
    }
    return in_sight ? in_sight : beyond;
}

void oom_counts_finish(struct oom_counts *counts)
{
    for (size_t i = 0; i < counts->count; i++)
        free(counts->groups[i].path);
    free(counts->groups);
    *counts = (struct oom_counts){0};
}
