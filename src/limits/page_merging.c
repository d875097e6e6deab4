/* SPDX-License-Identifier: MIT */
#include "page_merging.h"

#include <stdlib.h>

#include "field_table.h"
#include "kernel_files.h"

static const struct field machine_files[] = {
#define FILE_OF(name, member, unit)                                                                                                \
    {                                                                                                                              \
        name, offsetof(struct merging_machine, member), unit                                                                       \
    }
    FILE_OF("run", run, FIELD_NUMBER),
    FILE_OF("full_scans", full_scans, FIELD_NUMBER),
    FILE_OF("pages_shared", pages_shared, FIELD_NUMBER),
    FILE_OF("pages_sharing", pages_sharing, FIELD_NUMBER),
    FILE_OF("pages_unshared", pages_unshared, FIELD_NUMBER),
    FILE_OF("pages_volatile", pages_volatile, FIELD_NUMBER),
    FILE_OF("ksm_zero_pages", zero_pages, FIELD_NUMBER),
    FILE_OF("general_profit", profit, FIELD_SIGNED),
#undef FILE_OF
};

static const struct field process_fields[] = {
#define FIELD(name, member, unit)                                                                                                  \
    {                                                                                                                              \
        name, offsetof(struct merging_process, member), unit                                                                       \
    }
    FIELD("ksm_rmap_items", items, FIELD_NUMBER),
    FIELD("ksm_zero_pages", zero_pages, FIELD_NUMBER),
    FIELD("ksm_merging_pages", merged_pages, FIELD_NUMBER),
    FIELD("ksm_process_profit", profit, FIELD_SIGNED),
#undef FIELD
};

void merging_machine_read(struct kernel_files *files, struct merging_machine *merging)
{
    *merging = (struct merging_machine){0};
    for (size_t i = 0; i < sizeof machine_files / sizeof *machine_files; i++) {
        char *text = kernel_files_read(files, NULL, "sys/kernel/mm/ksm/%s", machine_files[i].name);
        struct known *member = (struct known *)((char *)merging + machine_files[i].member);
        if (text)
            *member = field_value(text, machine_files[i].unit);
        free(text);
    }
}

void merging_process_parse(const char *text, struct merging_process *merging)
{
    *merging = (struct merging_process){0};
    field_table_parse(process_fields, sizeof process_fields / sizeof *process_fields, text, merging);
}

void merging_process_read(struct kernel_files *files, pid_t pid, struct merging_process *merging)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/ksm_stat", (int)pid);

    merging_process_parse(text ? text : "", merging);
    free(text);
}
