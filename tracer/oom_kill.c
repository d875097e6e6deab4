/* SPDX-License-Identifier: MIT */
#include "oom_kill.h"

#include "limits/control_groups.h"
#include "limits/kernel_files.h"
#include "limits/machine_files.h"
#include "supervisor.h"

uint64_t oom_kill_count(void)
{
    struct vm_counters counters = {0};
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return 0;
    vm_counters_read(&files, &counters);
    kernel_files_close(&files);
    return counters.oom_kills.value;
}

/* False only if the control group of the process knows of no kill. Version 1 counts those of the group itself, version 2 those of
 * the groups in it as well. */
static bool group_allows(pid_t pid)
{
    struct control_groups groups;
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return true;
    control_groups_read(&files, pid, NULL, &groups);
    const struct known kills = groups.memory_count > 0 ? groups.memory[0].oom_kills : (struct known){0};
    control_groups_finish(&groups);
    kernel_files_close(&files);
    return !kills.known || kills.value > 0;
}

bool oom_kill_happened(struct session *session, const struct process *process)
{
    const uint64_t count = oom_kill_count();

    if (process->killed_by_us || count <= session->oom_kills || !group_allows(process->pid))
        return false;
    session->oom_kills++;
    return true;
}
