/* SPDX-License-Identifier: MIT
 * The ways to make a process. */
#include <linux/sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "trace_program.h"

static char stack[16384] __attribute__((aligned(16)));

static void wait_for(long pid)
{
    if (pid == 0)
        _exit(0);
    CALL(wait4, pid, NULL, __WALL, NULL);
}

static void with_flags(void)
{
    int tid = 0, descriptor = -1;

    wait_for(CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL));
    wait_for(CALL(clone, 0, NULL, NULL, NULL, NULL));
    wait_for(CALL(clone, CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, NULL, &tid, &tid, NULL));
    wait_for(CALL(clone, CLONE_PIDFD | CLONE_FS | SIGCHLD, NULL, &descriptor, NULL, NULL));
    CALL(clone, CLONE_THREAD | CLONE_SETTLS, stack, &tid, &tid, 0x1000);
    CALL(clone, CLONE_NEWUSER | CLONE_FS | 0x7f, NULL, NULL, NULL, NULL);
}

static void with_structures(void)
{
    int tid = 0, descriptor = -1, wanted[] = {1, 2};
    struct clone_args args = {.exit_signal = SIGCHLD};

    wait_for(CALL(clone3, &args, sizeof args));
    args.flags = CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    args.pidfd = (unsigned long)&descriptor;
    args.parent_tid = args.child_tid = (unsigned long)&tid;
    wait_for(CALL(clone3, &args, sizeof args));
    wait_for(CALL(clone3, &args, 64));
    args.set_tid = (unsigned long)wanted;
    args.set_tid_size = 2;
    args.stack = 0x1000;
    args.flags |= CLONE_INTO_CGROUP | CLONE_CLEAR_SIGHAND | 0x80;
    args.cgroup = 77;
    args.exit_signal = 100;
    CALL(clone3, &args, sizeof args);
    CALL(clone3, &args, 8);
    CALL(clone3, NULL, sizeof args);
    CALL(clone3, NOWHERE, sizeof args);
    struct {
        struct clone_args args;
        long more;
    } longer = {args, 5};
    CALL(clone3, &longer, sizeof longer);
}

int main(void)
{
    hold_child_signals();
    with_flags();
    with_structures();
    CALL(unshare, 0);
    CALL(unshare, CLONE_FILES | CLONE_FS);
    CALL(unshare, 0x1);
    CALL(setns, -1, CLONE_NEWNET);
    CALL(setns, -1, 0);
    CALL(setns, -1, CLONE_NEWNS | CLONE_VM | 1);
    const long pid = vfork();
    if (pid == 0)
        _exit(1);
    CALL(wait4, pid, NULL, 0, NULL);
    return 0;
}
