/* SPDX-License-Identifier: MIT */
#include "process_stat.h"

#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"

/* Numbers of fields as the manual page has them. */
enum { FIELD_STATE = 3, FIELD_MINOR_FAULTS = 10, FIELD_MAJOR_FAULTS = 12, FIELD_START_TIME = 22 };

/* The name is in parentheses and may hold anything, parentheses too; so the fields are counted from the last one. */
void process_stat_parse(const char *text, struct process_stat *stat)
{
    const char *at = strrchr(text, ')');

    *stat = (struct process_stat){0};
    if (at == NULL || at[1] != ' ')
        return;
    at += 2;
    for (int field = FIELD_STATE; *at != '\0' && *at != '\n'; field++) {
        if (field == FIELD_STATE)
            stat->state = *at;
        else if (field == FIELD_MINOR_FAULTS)
            stat->minor_faults = field_leading_number(at, NULL);
        else if (field == FIELD_MAJOR_FAULTS)
            stat->major_faults = field_leading_number(at, NULL);
        else if (field == FIELD_START_TIME)
            stat->start_ticks = field_leading_number(at, NULL);
        at += strcspn(at, " \n");
        at += *at == ' ';
    }
}

void process_stat_read(struct kernel_files *files, pid_t pid, struct process_stat *stat)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/stat", (int)pid);

    process_stat_parse(text ? text : "", stat);
    free(text);
}

void process_stat_read_thread(struct kernel_files *files, pid_t pid, pid_t tid, struct process_stat *stat)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/task/%d/stat", (int)pid, (int)tid);

    process_stat_parse(text ? text : "", stat);
    free(text);
}
