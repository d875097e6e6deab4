/* SPDX-License-Identifier: MIT */
#include "proc_status.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than the file holds before the last field that is asked for. */
enum { STATUS_SIZE = 4096 };

static bool read_status(pid_t tid, char text[STATUS_SIZE])
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t size = read(file, text, STATUS_SIZE - 1);
    close(file);
    text[size > 0 ? size : 0] = '\0';
    return size > 0;
}

/* The text after "\nFIELD:". The first line is the task's name, which may hold anything but a newline. */
static const char *find_field(const char *text, const char *field)
{
    const size_t length = strlen(field);

    for (const char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
        line++;
        if (strncmp(line, field, length) == 0 && line[length] == ':')
            return line + length + 1;
    }
    return NULL;
}

struct proc_ids proc_status_ids(pid_t tid)
{
    struct proc_ids ids = {geteuid(), getegid()};
    char text[STATUS_SIZE];

    if (!read_status(tid, text))
        return ids;
    const char *users = find_field(text, "Uid"), *groups = find_field(text, "Gid");
    if (users)
        sscanf(users, "%*u %u", &ids.effective_uid);
    if (groups)
        sscanf(groups, "%*u %u", &ids.effective_gid);
    return ids;
}

long proc_status_number(pid_t tid, const char *field, long otherwise)
{
    char text[STATUS_SIZE];

    if (!read_status(tid, text))
        return otherwise;
    const char *value = find_field(text, field);
    return value ? strtol(value, NULL, 10) : otherwise;
}

bool proc_status_has_ended(pid_t tid)
{
    char text[STATUS_SIZE];

    if (!read_status(tid, text))
        return false;
    const char *state = find_field(text, "State");
    while (state && (*state == ' ' || *state == '\t'))
        state++;
    return state && (*state == 'Z' || *state == 'X');
}

pid_t proc_status_inner_pid(pid_t pid)
{
    char text[STATUS_SIZE], *end;
    long inner = 0;

    if (!read_status(pid, text))
        return 0;
    /* A number for each namespace, from ours inward, on one line. */
    for (const char *at = find_field(text, "NSpid"); at; at = *end == '\t' ? end : NULL)
        inner = strtol(at, &end, 10);
    return (pid_t)inner;
}
