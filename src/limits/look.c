/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"
#include "process_list.h"
#include "process_oom.h"

/* "0.00 0.01 0.05 1/127 4711": how many tasks could run, and how many there are. */
static struct known read_tasks(struct kernel_files *files)
{
    char *text = kernel_files_read(files, NULL, "proc/loadavg");
    const char *slash = text ? strchr(text, '/') : NULL;
    struct known tasks = slash ? field_leading_number(slash + 1, NULL) : (struct known){0};

    free(text);
    return tasks;
}

void machine_look_refresh(struct kernel_files *files, struct machine_look *look)
{
    memory_info_read(files, &look->memory);
    vm_counters_read(files, &look->counters);
    zone_sums_read(files, &look->zones);
    pressure_read(files, "proc/pressure/memory", &look->pressure);
    look->tasks = read_tasks(files);
}

void machine_look_read(struct kernel_files *files, struct machine_look *look)
{
    machine_look_refresh(files, look);
    swap_areas_read(files, &look->swaps);
    kernel_settings_read(files, &look->settings);
    merging_machine_read(files, &look->merging);
    huge_page_mode_read(files, look->huge_page_mode);
    look->timing = (struct realtime_machine){0};
    look->realtime = kernel_is_realtime(files);
}

/* The kernel gives the first user namespace this number (include/linux/proc_ns.h, PROC_USER_INIT_INO). */
static struct known is_initial_namespace(struct kernel_files *files, pid_t pid)
{
    char *link = kernel_files_link(files, "proc/%d/ns/user", (int)pid);
    struct known initial = {0};

    if (link)
        initial = known_value(strcmp(link, "user:[4026531837]") == 0);
    free(link);
    return initial;
}

static void read_wait_channel(struct kernel_files *files, pid_t pid, struct process_look *look)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/wchan", (int)pid);

    if (text && strlen(text) < sizeof look->wait_channel)
        memcpy(look->wait_channel, text, strlen(text) + 1);
    free(text);
}

int process_look_read(struct kernel_files *files, pid_t pid, struct process_look *look)
{
    return process_look_read_with(files, pid, NULL, look);
}

int process_look_read_with(struct kernel_files *files, pid_t pid, struct group_memo *memo, struct process_look *look)
{
    const size_t unread = files->unread_count;

    *look = (struct process_look){.pid = pid};
    process_status_read(files, pid, &look->status);
    if (files->unread_count > unread) {
        int error = files->unread[unread].error;
        return error == ENOENT ? -ESRCH : -error;
    }
    look->exists = true;
    process_stat_read(files, pid, &look->stat);
    resource_limits_read(files, pid, &look->limits);
    look->oom_adjustment = process_oom_adjustment(files, pid);
    look->oom_score = kernel_files_number(files, "proc/%d/oom_score", (int)pid);
    look->initial_namespace = is_initial_namespace(files, pid);
    control_groups_read(files, pid, memo, &look->groups);
    if (look->stat.state == 'D')
        read_wait_channel(files, pid, look);
    return 0;
}

void process_look_count_mappings(struct kernel_files *files, struct process_look *look)
{
    look->mappings = process_mapping_count(files, look->pid);
}

void process_look_read_pages(struct kernel_files *files, struct process_look *look)
{
    merging_process_read(files, look->pid, &look->merging);
    process_rollup_read(files, look->pid, &look->pages);
    process_pages_read(files, look->pid, &look->each);
}

void process_look_read_schedules(struct kernel_files *files, struct process_look *look)
{
    thread_schedules_read(files, look->pid, &look->schedules);
    look->group_runtime = realtime_group_runtime(files, look->pid);
}

void process_look_finish(struct process_look *look)
{
    thread_schedules_finish(&look->schedules);
    control_groups_finish(&look->groups);
    process_pages_finish(&look->each);
    look->exists = false;
}

struct listed_process process_look_listed(const struct process_look *look)
{
    return (struct listed_process){
        .pid = look->pid,
        .user = look->status.user,
        .threads = look->status.threads,
        .memory = process_oom_memory(&look->status),
        .adjustment = look->oom_adjustment,
    };
}

/* Where the namespace is not known, it is nearly always the first one. */
bool process_look_capable(const struct process_look *look, unsigned capability)
{
    return known_or(look->initial_namespace, 1) == 1 && look->status.capabilities.known &&
           (look->status.capabilities.value >> capability & 1) != 0;
}
