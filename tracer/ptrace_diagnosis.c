/* SPDX-License-Identifier: MIT */
#include "ptrace_diagnosis.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc_status.h"
#include "xalloc.h"

static int read_yama_scope(void)
{
    int scope = -1;
    FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");

    if (!file)
        return -1;
    if (fscanf(file, "%d", &scope) != 1)
        scope = -1;
    fclose(file);
    return scope;
}

static void read_name(pid_t pid, char *name, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(name, (int)size, file))
        name[strcspn(name, "\n")] = '\0';
    fclose(file);
}

static bool has_capability(int capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

    return syscall(SYS_capget, &header, data) == 0 && (data[capability / 32].effective >> capability % 32 & 1);
}

void ptrace_circumstances_read(pid_t tid, int error, struct ptrace_circumstances *circumstances)
{
    *circumstances = (struct ptrace_circumstances){
        .error = error,
        .tracer = (pid_t)proc_status_number(tid, "TracerPid", 0),
        .yama_scope = read_yama_scope(),
        .seccomp = (int)proc_status_number(getpid(), "Seccomp", 0),
        .capable = has_capability(CAP_SYS_PTRACE),
    };
    if (circumstances->tracer != 0)
        read_name(circumstances->tracer, circumstances->tracer_name, sizeof circumstances->tracer_name);
}

char *ptrace_diagnosis(const struct ptrace_circumstances *circumstances)
{
    if (circumstances->tracer != 0)
        return xasprintf("cannot trace the program: process %d (%s) traces it already, and there can be only one tracer",
                         (int)circumstances->tracer, circumstances->tracer_name);
    if (circumstances->error == EPERM && circumstances->yama_scope == 3)
        return xstrdup(
            "cannot trace the program: Yama forbids ptrace to everybody (kernel.yama.ptrace_scope = 3, until the next boot)");
    if (circumstances->error == EPERM && circumstances->yama_scope == 2 && !circumstances->capable)
        return xstrdup("cannot trace the program: Yama allows ptrace only with CAP_SYS_PTRACE (kernel.yama.ptrace_scope = 2)");
    if ((circumstances->error == EPERM || circumstances->error == EACCES || circumstances->error == ENOSYS) &&
        circumstances->seccomp != 0)
        return xasprintf("cannot trace the program: %s; a seccomp filter is in force, which most likely forbids ptrace "
                         "(in a container: --cap-add=SYS_PTRACE, or another seccomp profile)",
                         strerror(circumstances->error));
    if (circumstances->error == EPERM || circumstances->error == EACCES)
        return xasprintf("cannot trace the program: %s; a security module of the system forbids ptrace",
                         strerror(circumstances->error));
    return xasprintf("cannot trace the program: %s", strerror(circumstances->error));
}
