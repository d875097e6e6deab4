/* SPDX-License-Identifier: MIT */
#include "process_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "field_table.h"
#include "kernel_files.h"
#include "process_status.h"
#include "process_oom.h"
#include "xalloc.h"

/* The number that a folder of /proc is called, 0 if it is no process's. */
static pid_t pid_of_name(const char *name)
{
    struct known number = field_number(name);

    return number.known && number.value > 0 && number.value <= INT_MAX ? (pid_t)number.value : 0;
}

static void add_process(struct kernel_files *files, struct process_list *list, size_t *capacity, pid_t pid)
{
    struct process_status status;

    process_status_read(files, pid, &status);
    if (!status.user.known)
        return;
    list->items = xgrow(list->items, capacity, list->count + 1, sizeof *list->items);
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
    struct kernel_files quiet; /* processes that end meanwhile are no news */
    size_t capacity = 0;
    int fd = openat(files->root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    *list = (struct process_list){0};
    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    kernel_files_init(&quiet, files->root);
    for (struct dirent *entry; (entry = readdir(folder));) {
        pid_t pid = pid_of_name(entry->d_name);
        if (pid > 0)
            add_process(&quiet, list, &capacity, pid);
    }
    kernel_files_finish(&quiet);
    closedir(folder);
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
