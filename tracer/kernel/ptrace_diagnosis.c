/* SPDX-License-Identifier: MIT */
#include "ptrace_diagnosis.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "proc_status.h"

#define FIRST_PID_NAMESPACE  0xeffffffcU
#define FIRST_USER_NAMESPACE 0xeffffffdU

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

/* What /proc/PID/stat says (proc_pid_stat(5)); false if there is no such process. */
static bool read_state(pid_t pid, char *state, unsigned *flags)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const bool known = fscanf(file, "%*d (%*[^)]) %c %*d %*d %*d %*d %*d %u", state, flags) == 2;
    fclose(file);
    return known;
}

static void read_owner(pid_t pid, struct ptrace_circumstances *circumstances)
{
    const struct proc_ids ids = proc_status_ids(pid);
    char path[64];
    struct stat status;

    circumstances->owner = ids.effective_uid;
    circumstances->foreign = ids.effective_uid != geteuid() || ids.effective_gid != getegid();
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    circumstances->undumpable = stat(path, &status) == 0 && status.st_uid != ids.effective_uid;
}

/* The first namespaces have fixed numbers (linux/proc_ns.h: PROC_PID_INIT_INO, PROC_USER_INIT_INO). */
static bool is_in_own_namespace(const char *name, ino_t first)
{
    char path[64];
    struct stat status;

    snprintf(path, sizeof path, "/proc/self/ns/%s", name);
    return stat(path, &status) == 0 && status.st_ino != first;
}

static pid_t find_inside(pid_t pid)
{
    DIR *directory = opendir("/proc");
    const struct dirent *entry;
    pid_t found = 0;

    while (directory && found == 0 && (entry = readdir(directory)) != NULL) {
        const pid_t candidate = (pid_t)strtol(entry->d_name, NULL, 10);
        if (candidate > 0 && candidate != pid && proc_status_inner_pid(candidate) == pid)
            found = candidate;
    }
    if (directory)
        closedir(directory);
    return found;
}

void ptrace_circumstances_read(pid_t pid, bool launched, int error, struct ptrace_circumstances *circumstances)
{
    enum { KERNEL_THREAD = 0x200000 }; /* PF_KTHREAD */
    char state = '?';
    unsigned flags = 0;

    *circumstances = (struct ptrace_circumstances){
        .pid = launched ? 0 : pid,
        .error = error,
        .tracer = (pid_t)proc_status_number(pid, "TracerPid", 0),
        .yama_scope = read_yama_scope(),
        .seccomp = (int)proc_status_number(getpid(), "Seccomp", 0),
        .capable = has_capability(CAP_SYS_PTRACE),
        .pid_namespace = is_in_own_namespace("pid", FIRST_PID_NAMESPACE),
        .user_namespace = is_in_own_namespace("user", FIRST_USER_NAMESPACE),
    };
    circumstances->missing = !read_state(pid, &state, &flags);
    circumstances->zombie = state == 'Z' || state == 'X';
    circumstances->kernel_thread = (flags & KERNEL_THREAD) != 0;
    if (circumstances->tracer != 0)
        read_name(circumstances->tracer, circumstances->tracer_name, sizeof circumstances->tracer_name);
    if (circumstances->missing)
        circumstances->inside = find_inside(pid);
    else
        read_owner(pid, circumstances);
}

/* ---- In words -------------------------------------------------------------------------------------------------------------- */

static char *about_missing(const struct ptrace_circumstances *circumstances)
{
    if (circumstances->zombie)
        return xstrdup("it has ended already (a zombie, for its parent to ask after)");
    if (circumstances->inside != 0)
        return xasprintf("there is no such process here; process %d has that number in a PID namespace of its own",
                         (int)circumstances->inside);
    if (circumstances->pid_namespace)
        return xstrdup("there is no such process in this PID namespace (a container?), and others cannot be seen from it");
    return xstrdup("there is no such process");
}

/* What the process is, whoever asks. NULL: nothing that would be in the way. */
static char *about_process(const struct ptrace_circumstances *circumstances)
{
    if (circumstances->pid != 0 && circumstances->pid == getpid())
        return xstrdup("that is leakwatch itself");
    if (circumstances->missing || circumstances->error == ESRCH)
        return about_missing(circumstances);
    if (circumstances->zombie)
        return xstrdup("it has ended already (a zombie, for its parent to ask after)");
    if (circumstances->kernel_thread)
        return xstrdup("it is a thread of the kernel");
    if (circumstances->tracer != 0)
        return xasprintf("process %d (%s) traces it already, and there can be only one tracer: that one has to let it go first",
                         (int)circumstances->tracer, circumstances->tracer_name);
    return NULL;
}

/* Why we may not, as far as rules are known. NULL: none of them forbids it. */
static char *about_permission(const struct ptrace_circumstances *circumstances)
{
    if (circumstances->yama_scope == 3)
        return xstrdup("Yama forbids ptrace to everybody (kernel.yama.ptrace_scope = 3, until the next boot)");
    if (circumstances->capable && circumstances->user_namespace)
        return xstrdup("leakwatch has its rights only in a user namespace of its own (a container?), to which the process does not "
                       "belong; it is to be run outside");
    if (circumstances->capable)
        return NULL;
    if (circumstances->yama_scope == 2)
        return xstrdup("Yama allows ptrace only with CAP_SYS_PTRACE (kernel.yama.ptrace_scope = 2)");
    if (circumstances->foreign)
        return xasprintf("it belongs to user %u; that user, or CAP_SYS_PTRACE, is needed", (unsigned)circumstances->owner);
    if (circumstances->undumpable)
        return xstrdup("it is not dumpable (prctl PR_SET_DUMPABLE, or a program that may not be read); CAP_SYS_PTRACE is needed");
    if (circumstances->pid != 0 && circumstances->yama_scope == 1)
        return xstrdup(
            "Yama lets only its ancestors trace a process (kernel.yama.ptrace_scope = 1); CAP_SYS_PTRACE, or 0 there, is needed");
    return NULL;
}

static char *explain(const struct ptrace_circumstances *circumstances)
{
    const int error = circumstances->error;
    const bool refused = error == EPERM || error == EACCES;
    char *reason = about_process(circumstances);

    if (!reason && refused)
        reason = about_permission(circumstances);
    if (reason)
        return reason;
    if ((refused || error == ENOSYS) && circumstances->seccomp != 0)
        return xasprintf("%s; a seccomp filter is in force, which most likely forbids ptrace "
                         "(in a container: --cap-add=SYS_PTRACE, or another seccomp profile)",
                         strerror(error));
    if (refused)
        return xasprintf("%s; a security module of the system forbids ptrace", strerror(error));
    return xstrdup(strerror(error));
}

char *ptrace_diagnosis(const struct ptrace_circumstances *circumstances)
{
    char *reason = explain(circumstances);
    char *text = circumstances->pid == 0 ? xasprintf("cannot trace the program: %s", reason)
                                         : xasprintf("cannot attach to process %d: %s", (int)circumstances->pid, reason);

    free(reason);
    return text;
}
