/* SPDX-License-Identifier: MIT */
#include "proc_status.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The whole file, as long as it may be (lists of groups and processors), to be freed; NULL if it cannot be read. */
static char *read_status(pid_t tid)
{
    char path[64], *text = NULL;
    size_t capacity = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    const ssize_t size = getdelim(&text, &capacity, '\0', file);
    fclose(file);
    if (size > 0)
        return text;
    free(text);
    return NULL;
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
    char *text = read_status(tid);
    const char *users = text ? find_field(text, "Uid") : NULL, *groups = text ? find_field(text, "Gid") : NULL;

    if (users)
        sscanf(users, "%*u %u", &ids.effective_uid);
    if (groups)
        sscanf(groups, "%*u %u", &ids.effective_gid);
    free(text);
    return ids;
}

long proc_status_number(pid_t tid, const char *field, long otherwise)
{
    char *text = read_status(tid);
    const char *value = text ? find_field(text, field) : NULL;
    const long number = value ? strtol(value, NULL, 10) : otherwise;

    free(text);
    return number;
}

bool proc_status_lists(pid_t tid, const char *field, const char *word)
{
    char *text = read_status(tid);
    const char *value = text ? find_field(text, field) : NULL;
    const char *found = value ? strstr(value, word) : NULL;
    const bool listed = found && found < value + strcspn(value, "\n");

    free(text);
    return listed;
}

bool proc_status_has_ended(pid_t tid)
{
    char *text = read_status(tid);
    const char *state = text ? find_field(text, "State") : NULL;

    if (state)
        state += strspn(state, " \t");
    const bool ended = state && (*state == 'Z' || *state == 'X');
    free(text);
    return ended;
}

pid_t proc_status_inner_pid(pid_t pid)
{
    char *text = read_status(pid), *end;
    long inner = 0;

    /* A number for each namespace, from ours inward, on one line. */
    for (const char *at = text ? find_field(text, "NSpid") : NULL; at; at = *end == '\t' ? end : NULL)
        inner = strtol(at, &end, 10);
    free(text);
    return (pid_t)inner;
}
