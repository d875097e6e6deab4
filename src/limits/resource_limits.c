/* SPDX-License-Identifier: MIT */
#include "resource_limits.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"

static const struct {
    const char *name;
    size_t member;
} rows[] = {
    {"Max address space", offsetof(struct resource_limits, address_space)},
    {"Max data size", offsetof(struct resource_limits, data)},
    {"Max stack size", offsetof(struct resource_limits, stack)},
    {"Max locked memory", offsetof(struct resource_limits, locked)},
    {"Max core file size", offsetof(struct resource_limits, core)},
    {"Max processes", offsetof(struct resource_limits, processes)},
    {"Max realtime priority", offsetof(struct resource_limits, realtime_priority)},
    {"Max realtime timeout", offsetof(struct resource_limits, realtime_us)},
};

static struct known soft_limit(const char *text)
{
    static const char unlimited[] = "unlimited";

    text += strspn(text, " ");
    if (strncmp(text, unlimited, sizeof unlimited - 1) == 0 && text[sizeof unlimited - 1] == ' ')
        return known_value(KNOWN_UNLIMITED);
    return field_leading_number(text, NULL);
}

static void parse_line(const char *line, struct resource_limits *limits)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t length = strlen(rows[i].name);
        if (strncmp(line, rows[i].name, length) == 0 && line[length] == ' ')
            *(struct known *)((char *)limits + rows[i].member) = soft_limit(line + length);
    }
}

void resource_limits_parse(const char *text, struct resource_limits *limits)
{
    *limits = (struct resource_limits){0};
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        parse_line(line, limits);
    }
}

void resource_limits_read(struct kernel_files *files, pid_t pid, struct resource_limits *limits)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/limits", (int)pid);

    resource_limits_parse(text ? text : "", limits);
    free(text);
}
