/* SPDX-License-Identifier: MIT */
#include "watching.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct watch *watch;
struct limits_report report;
struct watch_settings settings;

void watching_begin(void)
{
    tree_begin();
    tree_write_machine();
    tree_write_process();
    settings = (struct watch_settings){.root = files.root};
}

void watching_end(void)
{
    watch_destroy(watch);
    limits_report_finish(&report);
    tree_end();
}

void look_at(uint64_t seconds)
{
    if (watch == NULL)
        watch = watch_create(&settings);
    watch_machine(watch, seconds * SECOND);
    cr_assert_eq(watch_process(watch, TREE_PID, seconds * SECOND, true), 0);
}

void look(void)
{
    look_at(0);
    watch_finish(watch, &report);
}

const struct limit_finding *find_in(const struct finding_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].id, id) == 0)
            return &list->items[i];
    return NULL;
}

const struct limit_finding *find(const char *id)
{
    const struct limit_finding *finding = find_in(&report.processes[0].findings, id);

    return finding ? finding : find_in(&report.machine.findings, id);
}

/* There is this finding, with `numbers` among what it says, and no other warning or error. */
void assert_found(const char *id, enum finding_severity severity, const char *numbers)
{
    const struct limit_finding *finding = find(id);

    cr_assert(finding, "no %s", id);
    cr_assert_eq(finding->severity, severity, "%s is a %s", id, finding_severity_name(finding->severity));
    cr_assert(strstr(finding->numbers, numbers), "%s", finding->numbers);
    cr_assert(*finding->what && *finding->remedy);
    size_t warnings = limits_report_count(&report, FINDING_WARNING);
    cr_assert_eq(warnings, severity >= FINDING_WARNING, "%zu warnings", warnings);
}

void replace_status(const char *field, const char *line)
{
    static char text[2048];
    char *status = kernel_files_read(&files, NULL, "proc/100/status"), *at = strstr(status, field);

    cr_assert(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - status), status, line, strchr(at, '\n'));
    tree_write("proc/100/status", text);
    free(status);
}

void write_group(const char *limit, const char *used)
{
    tree_write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    tree_write("proc/100/cgroup", "0::/a\n");
    tree_write("sys/fs/cgroup/a/memory.max", limit);
    tree_write("sys/fs/cgroup/a/memory.current", used);
}

void look_afresh(void)
{
    limits_report_finish(&report);
    watch_destroy(watch);
    watch = NULL;
    look();
}
