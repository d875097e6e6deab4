/* SPDX-License-Identifier: MIT */
#include "file_rights.h"

#include <sys/fsuid.h>
#include <unistd.h>

#include "proc_status.h"

struct file_rights file_rights_take(pid_t tid)
{
    const struct proc_ids ids = proc_status_ids(tid);
    struct file_rights ours = {.changed = ids.effective_uid != geteuid() || ids.effective_gid != getegid()};

    if (ours.changed) {
        ours.group = (gid_t)setfsgid(ids.effective_gid);
        ours.user = (uid_t)setfsuid(ids.effective_uid);
    }
    return ours;
}

void file_rights_return(const struct file_rights *ours)
{
    if (!ours->changed)
        return;
    setfsuid(ours->user);
    setfsgid(ours->group);
}
