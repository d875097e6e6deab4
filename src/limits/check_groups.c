/* SPDX-License-Identifier: MIT
 * Checks of control groups: one finding for each group. */
#include <inttypes.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "checks.h"
#include "look.h"

enum { NEAR_BYTES = 32 << 20 };

/* How many groups there are to check. */
static size_t group_count(const struct check_input *input)
{
    return input->now.process ? input->now.process->groups.memory_count : 0;
}

static const struct memory_group *group_at(const struct check_input *input, size_t index)
{
    return &input->now.process->groups.memory[index];
}

/* The same group at the first look, or NULL. */
static const struct memory_group *group_then(const struct check_input *input, const struct memory_group *group)
{
    const struct control_groups *then = input->first_process ? &input->first_process->groups : NULL;

    for (size_t i = 0; then && i < then->memory_count; i++)
        if (strcmp(then->memory[i].path, group->path) == 0)
            return &then->memory[i];
    return NULL;
}

/* By how much a counter has grown since the first look; with one look, all that it counts. */
static uint64_t grown(struct known now, const struct memory_group *then, struct known before)
{
    if (!now.known || (then && !before.known))
        return 0;
    return then ? now.value - before.value : now.value;
}

static void check_one_limit(const struct check_input *input, const struct check_row *row, struct finding_list *list,
                            const struct limit *limit)
{
    uint64_t near = limit->limit.value / 10 > NEAR_BYTES ? limit->limit.value / 10 : NEAR_BYTES;

    if (input->settings.warn_percent)
        near = limit->limit.value / 100 * (100 - input->settings.warn_percent);
    bool refused = limit->left.value < input->settings.request;
    if (!refused && limit->left.value >= near)
        return;
    check_report(list, row, refused ? FINDING_ERROR : FINDING_WARNING, limit->where,
                 xasprintf("%s is near its limit of memory", limit->where),
                 xasprintf("limit %s, used %s: %s%s until %s", size_text(limit->limit.value).text,
                           size_text(limit->used.value).text, limit->at_most ? "at most " : "", size_text(limit->left.value).text,
                           limit->effect == EFFECT_FROZEN ? "all of it is frozen" : "the OOM killer"));
}

void check_group_limit(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    for (size_t i = 0; i < input->limits->count; i++) {
        const struct limit *limit = &input->limits->items[i];
        bool memory = strcmp(limit->name, "cgroup memory") == 0 || strcmp(limit->name, "cgroup enclosing") == 0;
        if (memory && known_limits(limit->left))
            check_one_limit(input, row, list, limit);
    }
}

void check_group_high(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    for (size_t i = 0; i < group_count(input); i++) {
        const struct memory_group *group = group_at(input, i), *then = group_then(input, group);
        uint64_t throttled = then ? grown(group->high_hits, then, then->high_hits) : 0;
        bool above = known_limits(group->high) && group->used.known && group->used.value > group->high.value;
        if (!above && throttled == 0)
            continue;
        check_report(list, row, FINDING_WARNING, group->path, xasprintf("%s is slowed down by memory.high", group->path),
                     xasprintf("used %s of memory.high %s; throttled %" PRIu64 " times%s", size_text(group->used.value).text,
                               size_text(group->high.value).text, then ? throttled : group->high_hits.value,
                               then ? "" : " so far"));
    }
}

static bool nearly_full(struct known used, struct known limit)
{
    return known_limits(limit) && limit.value > 0 && used.known && used.value > limit.value / 10 * 9;
}

void check_group_swap(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    for (size_t i = 0; i < group_count(input); i++) {
        const struct memory_group *group = group_at(input, i);
        bool swap = nearly_full(group->swap_used, group->swap_limit);
        if (!swap && !nearly_full(group->with_swap_used, group->with_swap))
            continue;
        check_report(list, row, FINDING_WARNING, group->path, xasprintf("%s has little swap left", group->path),
                     xasprintf("%s of %s %s", size_text(swap ? group->swap_used.value : group->with_swap_used.value).text,
                               size_text(swap ? group->swap_limit.value : group->with_swap.value).text,
                               swap ? "swap" : "memory and swap"));
    }
}

void check_group_events(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    for (size_t i = 0; i < group_count(input); i++) {
        const struct memory_group *group = group_at(input, i), *then = group_then(input, group);
        uint64_t hits = grown(group->limit_hits, then, then ? then->limit_hits : (struct known){0});
        uint64_t kills = grown(group->oom_kills, then, then ? then->oom_kills : (struct known){0});
        if (hits == 0 && kills == 0)
            continue;
        enum finding_severity severity = kills == 0 ? FINDING_NOTE : then ? FINDING_ERROR : FINDING_WARNING;
        check_report(list, row, severity, group->path,
                     xasprintf(kills ? "the OOM killer was at work in %s" : "%s has met its limit of memory", group->path),
                     xasprintf("limit met %" PRIu64 " times, OOM kills %" PRIu64 ", %s", hits, kills,
                               then ? "since the first look" : "so far"));
    }
}

void check_group_stuck(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;
    bool waits = process && process->stat.state == 'D' && strncmp(process->wait_channel, "mem_cgroup_oom", 14) == 0;

    for (size_t i = 0; i < group_count(input); i++) {
        const struct memory_group *group = group_at(input, i);
        bool disabled = group->under_oom.value == 1 && group->oom_kill_disabled.value == 1;
        if (!disabled && !(waits && i == 0))
            continue;
        check_report(list, row, FINDING_ERROR, group->path,
                     xasprintf("%s is at its limit and may not kill: what asks for memory is frozen", group->path),
                     xasprintf("oom_kill_disable %" PRIu64 ", under_oom %" PRIu64 ", the process is in state %c",
                               group->oom_kill_disabled.value, group->under_oom.value,
                               process->stat.state ? process->stat.state : '?'));
    }
}

void check_group_unseen(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    if (input->now.process == NULL || !input->now.process->groups.memory_outside)
        return;
    check_report(list, row, FINDING_NOTE, NULL, xstrdup("the control group of the process is not to be seen from here"),
                 xstrdup("its limits of memory are not known"));
}
