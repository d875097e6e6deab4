/* SPDX-License-Identifier: MIT */
#include "process_status.h"

#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"

#define FIELD(name, member, unit)                                                                                                  \
    {                                                                                                                              \
        name, offsetof(struct process_status, member), unit                                                                        \
    }
static const struct field fields[] = {
    FIELD("VmSize", size, FIELD_KIB),        FIELD("VmPeak", peak_size, FIELD_KIB), FIELD("VmData", data, FIELD_KIB),
    FIELD("VmStk", stack, FIELD_KIB),        FIELD("VmLck", locked, FIELD_KIB),     FIELD("VmPin", pinned, FIELD_KIB),
    FIELD("VmRSS", resident, FIELD_KIB),     FIELD("VmHWM", peak, FIELD_KIB),       FIELD("RssAnon", anonymous, FIELD_KIB),
    FIELD("VmSwap", swapped, FIELD_KIB),     FIELD("VmPTE", page_table, FIELD_KIB), FIELD("HugetlbPages", huge_pages, FIELD_KIB),
    FIELD("Threads", threads, FIELD_NUMBER), FIELD("Uid", user, FIELD_NUMBER),      FIELD("CapEff", capabilities, FIELD_HEX),
};

/* The first line: "Name:\t" and the name. */
static void take_name(const char *text, struct process_status *status)
{
    static const char head[] = "Name:\t";

    if (strncmp(text, head, sizeof head - 1) != 0)
        return;
    text += sizeof head - 1;
    size_t length = strcspn(text, "\n");
    if (length >= sizeof status->name)
        length = sizeof status->name - 1;
    memcpy(status->name, text, length);
    status->name[length] = '\0';
}

void process_status_parse(const char *text, struct process_status *status)
{
    *status = (struct process_status){0};
    take_name(text, status);
    field_table_parse(fields, sizeof fields / sizeof *fields, text, status);
}

void process_status_read(struct kernel_files *files, pid_t pid, struct process_status *status)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/status", (int)pid);

    process_status_parse(text ? text : "", status);
    free(text);
}
