/* SPDX-License-Identifier: MIT */
#include "oom_kill.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor.h"

enum { FILE_SIZE_MAX = 16384 };

/* Returns false if the file cannot be read. */
static bool read_text(const char *path, char text[FILE_SIZE_MAX])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t size = read(file, text, FILE_SIZE_MAX - 1);
    close(file);
    text[size > 0 ? size : 0] = '\0';
    return size > 0;
}

uint64_t oom_kill_field(const char *text, const char *name, uint64_t otherwise)
{
    const size_t length = strlen(name);

    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtoull(line + length, NULL, 10);
    }
    return otherwise;
}

uint64_t oom_kill_count(void)
{
    char text[FILE_SIZE_MAX];

    return read_text("/proc/vmstat", text) ? oom_kill_field(text, "oom_kill", 0) : 0;
}

/* The count of one control group, UINT64_MAX if it has none. `line` is one of /proc/PID/cgroup (cgroups(7)). */
static uint64_t count_of_group(char *line)
{
    char path[PATH_MAX], text[FILE_SIZE_MAX];
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!group)
        return UINT64_MAX;
    *group++ = '\0';
    group[strcspn(group, "\n")] = '\0';
    if (controllers[1] == '\0')
        snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.events", group);
    else if (strcmp(controllers + 1, "memory") == 0)
        snprintf(path, sizeof path, "/sys/fs/cgroup/memory%s/memory.oom_control", group);
    else
        return UINT64_MAX;
    return read_text(path, text) ? oom_kill_field(text, "oom_kill", UINT64_MAX) : UINT64_MAX;
}

/* False only if the control groups of the process know of no kill. */
static bool group_allows(pid_t pid)
{
    char path[64], line[PATH_MAX];
    bool asked = false, counted = false;

    snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        const uint64_t count = count_of_group(line);
        asked |= count != UINT64_MAX;
        counted |= count != UINT64_MAX && count > 0;
    }
    if (file)
        fclose(file);
    return counted || !asked;
}

bool oom_kill_happened(struct session *session, const struct process *process)
{
    const uint64_t count = oom_kill_count();

    if (process->killed_by_us || count <= session->oom_kills || !group_allows(process->pid))
        return false;
    session->oom_kills++;
    return true;
}
