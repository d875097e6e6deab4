/* SPDX-License-Identifier: MIT
 *
 * What a wait status of a seized tracee means. Pure: nothing is asked of the kernel, so every case is tested from its number. */
#ifndef LEAKWATCH_TRACER_STOP_H
#define LEAKWATCH_TRACER_STOP_H

#include <stdbool.h>

enum stop_kind {
    STOP_EXITED,     /* the thread is gone: value is its exit status */
    STOP_KILLED,     /* the thread is gone: value is the signal */
    STOP_SYSCALL,    /* entry or exit of a system call */
    STOP_SECCOMP,    /* the filter selected this system call */
    STOP_NEW_CHILD,  /* fork or clone made a task (PTRACE_GETEVENTMSG: its id) */
    STOP_VFORK,      /* the same, and the thread now waits for the child to exec or end */
    STOP_VFORK_DONE, /* it waits no longer */
    STOP_EXEC,       /* the new image is in place (PTRACE_GETEVENTMSG: the former id of the thread) */
    STOP_EXIT,       /* the thread is about to end, its memory is still there */
    STOP_GROUP,      /* the process is being stopped by signal `value` */
    STOP_INTERRUPT,  /* PTRACE_INTERRUPT, the first stop of a new task, or the end of a group stop */
    STOP_SIGNAL,     /* signal `value` is about to be delivered */
    STOP_OTHER,      /* not one of ours: run on */
};

struct stop {
    enum stop_kind kind;
    int value;
    bool core_dumped; /* STOP_KILLED */
};

/* Decodes a status of wait4(2) for a task that was seized with PTRACE_O_TRACESYSGOOD. */
struct stop stop_decode(int status);

#endif
