/* SPDX-License-Identifier: MIT */
#include "control_groups.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "field_table.h"
#include "group_place.h"
#include "kernel_files.h"

/* What version 1 says where there is no limit: the largest multiple of a page. */
static const uint64_t no_limit_v1 = INT64_MAX & ~UINT64_C(4095);

/* ---- One group ---- */

struct group_file {
    const char *name;
    size_t member;
};
#define FILE_OF(name, member)                                                                                                      \
    {                                                                                                                              \
        name, offsetof(struct memory_group, member)                                                                                \
    }

static const struct group_file files_v1[] = {
    FILE_OF("memory.limit_in_bytes", limit),
    FILE_OF("memory.usage_in_bytes", used),
    FILE_OF("memory.max_usage_in_bytes", peak),
    FILE_OF("memory.memsw.limit_in_bytes", with_swap),
    FILE_OF("memory.memsw.usage_in_bytes", with_swap_used),
    FILE_OF("memory.failcnt", limit_hits),
    FILE_OF("memory.memsw.failcnt", swap_shortages),
    FILE_OF("memory.swappiness", swappiness),
    {0},
};

static const struct group_file files_v2[] = {
    FILE_OF("memory.max", limit),           FILE_OF("memory.current", used),
    FILE_OF("memory.peak", peak),           FILE_OF("memory.high", high),
    FILE_OF("memory.swap.max", swap_limit), FILE_OF("memory.swap.current", swap_used),
    FILE_OF("memory.oom.group", oom_group), {0},
};
#undef FILE_OF

#define FIELD(name, member)                                                                                                        \
    {                                                                                                                              \
        name, offsetof(struct memory_group, member), FIELD_NUMBER                                                                  \
    }
static const struct field events_v1[] = {FIELD("oom_kill_disable", oom_kill_disabled), FIELD("under_oom", under_oom),
                                         FIELD("oom_kill", oom_kills)};
static const struct field events_v2[] = {FIELD("high", high_hits), FIELD("max", limit_hits), FIELD("oom_kill", oom_kills)};
/* Without those of the groups in it (Linux 5.2). */
static const struct field events_local[] = {FIELD("oom", shortages), FIELD("oom_kill", own_oom_kills)};
#undef FIELD

struct memory_stat {
    struct known active_file, inactive_file, slab_reclaimable, enclosing;
};
#define FIELD(name, member)                                                                                                        \
    {                                                                                                                              \
        name, offsetof(struct memory_stat, member), FIELD_NUMBER                                                                   \
    }
static const struct field stat_v1[] = {FIELD("total_active_file", active_file), FIELD("total_inactive_file", inactive_file),
                                       FIELD("hierarchical_memory_limit", enclosing)};
static const struct field stat_v2[] = {FIELD("active_file", active_file), FIELD("inactive_file", inactive_file),
                                       FIELD("slab_reclaimable", slab_reclaimable)};
#undef FIELD
#define COUNT(table) (sizeof(table) / sizeof *(table))

static void none_if_huge(struct known *limit)
{
    if (limit->known && limit->value >= no_limit_v1)
        limit->value = KNOWN_UNLIMITED;
}

static void read_numbers(struct kernel_files *files, const char *folder, struct memory_group *group)
{
    for (const struct group_file *file = group->unified ? files_v2 : files_v1; file->name; file++)
        *(struct known *)((char *)group + file->member) = kernel_files_number(files, "%s/%s", folder, file->name);
    none_if_huge(&group->limit);
    none_if_huge(&group->with_swap);
}

static void read_fields(struct kernel_files *files, const char *folder, const char *name, const struct field *fields, size_t count,
                        struct memory_group *group)
{
    char *text = kernel_files_read(files, NULL, "%s/%s", folder, name);

    if (text)
        field_table_parse(fields, count, text, group);
    free(text);
}

static void read_events(struct kernel_files *files, const char *folder, struct memory_group *group)
{
    if (group->unified) {
        read_fields(files, folder, "memory.events", events_v2, COUNT(events_v2), group);
        read_fields(files, folder, "memory.events.local", events_local, COUNT(events_local), group);
        return;
    }
    read_fields(files, folder, "memory.oom_control", events_v1, COUNT(events_v1), group);
    group->own_oom_kills = group->oom_kills;
    group->shortages = group->limit_hits;
}

/* Pages of files can be dropped or written back; of slab, version 2 says how much. */
static void read_reclaimable(struct kernel_files *files, const char *folder, struct memory_group *group)
{
    char *text = kernel_files_read(files, NULL, "%s/memory.stat", folder);
    struct memory_stat stat = {0};

    if (text && group->unified)
        field_table_parse(stat_v2, COUNT(stat_v2), text, &stat);
    else if (text)
        field_table_parse(stat_v1, COUNT(stat_v1), text, &stat);
    free(text);
    group->reclaimable = known_plus(stat.active_file, stat.inactive_file);
    if (stat.slab_reclaimable.known)
        group->reclaimable = known_plus(group->reclaimable, stat.slab_reclaimable);
    if (group->used.known && group->reclaimable.known)
        group->reclaimable = known_least(group->reclaimable, group->used);
    group->enclosing = stat.enclosing;
    none_if_huge(&group->enclosing);
}

static void read_group_pressure(struct kernel_files *files, const char *folder, struct memory_group *group)
{
    char path[PATH_MAX];

    if (!group->unified || snprintf(path, sizeof path, "%s/memory.pressure", folder) >= (int)sizeof path)
        return;
    pressure_read(files, path, &group->pressure);
}

/* The top of the hierarchy of version 2, and groups for which the controller is not on, have no such files. */
static void add_memory_group(struct kernel_files *files, struct control_groups *groups, const char *folder, const char *path,
                             bool unified)
{
    struct memory_group group = {.unified = unified};
    char name[PATH_MAX];

    if (snprintf(name, sizeof name, "%s/%s", folder, unified ? "memory.current" : "memory.usage_in_bytes") >= (int)sizeof name ||
        !kernel_files_exist(files, name))
        return;
    read_numbers(files, folder, &group);
    read_events(files, folder, &group);
    read_reclaimable(files, folder, &group);
    read_group_pressure(files, folder, &group);
    group.path = xstrdup(*path ? path : "/");
    groups->memory = xreallocarray(groups->memory, groups->memory_count + 1, sizeof *groups->memory);
    groups->memory[groups->memory_count++] = group;
}

static void add_task_group(struct kernel_files *files, struct control_groups *groups, const char *folder, const char *path,
                           bool unified)
{
    char name[PATH_MAX];

    if (snprintf(name, sizeof name, "%s/pids.max", folder) >= (int)sizeof name || !kernel_files_exist(files, name))
        return;
    groups->tasks = xreallocarray(groups->tasks, groups->task_count + 1, sizeof *groups->tasks);
    groups->tasks[groups->task_count++] = (struct task_group){
        .path = xstrdup(*path ? path : "/"),
        .limit = kernel_files_number(files, "%s/pids.max", folder),
        .used = kernel_files_number(files, "%s/pids.current", folder),
    };
}

/* ---- All of them ---- */

/* The true top of a hierarchy has a file that no other group has, and lacks one that all others have. */
static bool is_top(const struct kernel_files *files, const struct group_place *place)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof path, "%s/%s", place->mount, place->unified ? "cgroup.type" : "release_agent") >= (int)sizeof path)
        return true;
    return kernel_files_exist(files, path) != place->unified;
}

/* A group at `folder` below the root, called `path`. */
typedef void group_adder(struct kernel_files *files, struct control_groups *groups, const char *folder, const char *path,
                         bool unified);

/* From the process's own group outwards. */
static void walk(struct kernel_files *files, const struct group_place *place, struct control_groups *groups, group_adder *add)
{
    char path[PATH_MAX], folder[PATH_MAX];

    if (place->path == NULL)
        return;
    snprintf(path, sizeof path, "%s", place->path);
    for (;;) {
        if (snprintf(folder, sizeof folder, "%s%s", place->mount, path) < (int)sizeof folder)
            add(files, groups, folder, path, place->unified);
        char *slash = strrchr(path, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

static void read_groups(struct kernel_files *files, const char *membership, struct control_groups *groups)
{
    char *mountinfo = kernel_files_read(files, NULL, "proc/self/mountinfo");
    struct group_place memory, tasks;

    *groups = (struct control_groups){0};
    group_place_parse(membership, mountinfo ? mountinfo : "", "memory", &memory);
    group_place_parse(membership, mountinfo ? mountinfo : "", "pids", &tasks);
    free(mountinfo);
    groups->memory_outside = memory.found && memory.outside;
    groups->more_outside = memory.found && !is_top(files, &memory);
    walk(files, &memory, groups, add_memory_group);
    walk(files, &tasks, groups, add_task_group);
    group_place_finish(&memory);
    group_place_finish(&tasks);
}

void control_groups_read(struct kernel_files *files, pid_t pid, struct group_memo *memo, struct control_groups *groups)
{
    char *membership = kernel_files_read(files, NULL, "proc/%d/cgroup", (int)pid);

    if (memo == NULL || membership == NULL) {
        read_groups(files, membership ? membership : "", groups);
        free(membership);
        return;
    }
    if (memo->membership && strcmp(memo->membership, membership) == 0) {
        free(membership);
    } else {
        group_memo_forget(memo);
        read_groups(files, membership, &memo->groups);
        memo->membership = membership;
    }
    control_groups_copy(groups, &memo->groups);
}

void group_memo_forget(struct group_memo *memo)
{
    free(memo->membership);
    memo->membership = NULL;
    control_groups_finish(&memo->groups);
}

void control_groups_copy(struct control_groups *copy, const struct control_groups *groups)
{
    *copy = *groups;
    copy->memory = xcalloc(groups->memory_count, sizeof *copy->memory);
    copy->tasks = xcalloc(groups->task_count, sizeof *copy->tasks);
    for (size_t i = 0; i < groups->memory_count; i++) {
        copy->memory[i] = groups->memory[i];
        copy->memory[i].path = xstrdup(groups->memory[i].path);
    }
    for (size_t i = 0; i < groups->task_count; i++) {
        copy->tasks[i] = groups->tasks[i];
        copy->tasks[i].path = xstrdup(groups->tasks[i].path);
    }
}

void control_groups_finish(struct control_groups *groups)
{
    for (size_t i = 0; i < groups->memory_count; i++)
        free(groups->memory[i].path);
    for (size_t i = 0; i < groups->task_count; i++)
        free(groups->tasks[i].path);
    free(groups->memory);
    free(groups->tasks);
    *groups = (struct control_groups){0};
}
