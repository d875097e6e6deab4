/* SPDX-License-Identifier: MIT */
#include "epoll_data.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

uint64_t epoll_data_of_line(const char *line)
{
    const char *data = strstr(line, " data:");

    if (strncmp(line, "tfd:", 4) != 0 || !data)
        return 0;
    return strtoull(data + strlen(" data:"), NULL, 16);
}

static void read_instance(int directory, const char *name, uint64_t **words, size_t *count, size_t *capacity)
{
    char line[256];

    int descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");
    if (!file) {
        if (descriptor >= 0)
            close(descriptor);
        return;
    }
    while (fgets(line, sizeof line, file)) {
        const uint64_t word = epoll_data_of_line(line);
        if (word == 0)
            continue;
        *words = xgrow(*words, capacity, *count + 1, sizeof **words);
        (*words)[(*count)++] = word;
    }
    fclose(file);
}

size_t epoll_data_read(pid_t tid, uint64_t **words)
{
    char path[64], target[32];
    size_t count = 0, capacity = 0;

    *words = NULL;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)tid);
    DIR *descriptors = opendir(path);
    snprintf(path, sizeof path, "/proc/%d/fdinfo", (int)tid);
    int information = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (struct dirent *entry; descriptors && (entry = readdir(descriptors)) != NULL;) {
        ssize_t size = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
        target[size > 0 ? size : 0] = '\0';
        if (strcmp(target, "anon_inode:[eventpoll]") == 0)
            read_instance(information, entry->d_name, words, &count, &capacity);
    }
    if (descriptors)
        closedir(descriptors);
    if (information >= 0)
        close(information);
    return count;
}
