/* SPDX-License-Identifier: MIT */
#include "process_list.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "kernel_files.h"
#include "process_oom.h"
#include "process_status.h"

struct listing {
    struct process_list *list;
    size_t capacity;
};

static void add_process(struct kernel_files *files, pid_t pid, void *context)
{
    struct listing *listing = context;
    struct process_list *list = listing->list;
    struct process_status status;

    process_status_read(files, pid, &status);
    if (!status.user.known)
        return;
    list->items = xgrow(list->items, &listing->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct listed_process){
        .pid = pid,
        .user = status.user,
        .threads = status.threads,
        .memory = process_oom_memory(&status),
        .adjustment = process_oom_adjustment(files, pid),
    };
}

void process_list_read(struct kernel_files *files, struct process_list *list)
{
    struct listing listing = {list, 0};

    *list = (struct process_list){0};
    kernel_files_walk_ids(files, "proc", add_process, &listing);
}

void process_list_finish(struct process_list *list)
{
    free(list->items);
    *list = (struct process_list){0};
}

uint64_t process_list_threads(const struct process_list *list, uint64_t user)
{
    uint64_t threads = 0;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].user.value == user)
            threads += list->items[i].threads.value;
    return threads;
}
