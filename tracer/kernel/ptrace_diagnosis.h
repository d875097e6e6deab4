/* SPDX-License-Identifier: MIT
 *
 * Why ptrace was refused, in words that tell what to do. */
#ifndef LEAKWATCH_TRACER_KERNEL_PTRACE_DIAGNOSIS_H
#define LEAKWATCH_TRACER_KERNEL_PTRACE_DIAGNOSIS_H

#include <stdbool.h>
#include <sys/types.h>

/* What is known about the refusal. */
struct ptrace_circumstances {
    pid_t pid;    /* the process to attach to; 0: the program that was to be launched */
    int error;    /* errno of PTRACE_SEIZE */
    pid_t tracer; /* who traces the process already, 0: nobody */
    char tracer_name[32];
    int yama_scope;                      /* /proc/sys/kernel/yama/ptrace_scope, -1: no Yama */
    int seccomp;                         /* mode of our own process: 0 none, 1 strict, 2 filter */
    bool capable;                        /* CAP_SYS_PTRACE */
    bool missing, zombie, kernel_thread; /* what the process is */
    bool foreign;                        /* it runs as another user than we do */
    bool undumpable;                     /* it has forbidden it (prctl(2), PR_SET_DUMPABLE), or its program may not be read */
    uid_t owner;                         /* whom it runs as */
    pid_t inside;        /* missing: a process that has this number in a PID namespace of its own; 0: none is seen */
    bool pid_namespace;  /* we are in a PID namespace of our own, and see only what is in it */
    bool user_namespace; /* we are in a user namespace of our own, in which our capabilities end */
};

/* Reads the circumstances from /proc. `launched`: the process is a child of ours that was to become the program. */
void ptrace_circumstances_read(pid_t pid, bool launched, int error, struct ptrace_circumstances *circumstances);

/* One line without a newline. The caller frees it. Pure. */
char *ptrace_diagnosis(const struct ptrace_circumstances *circumstances);

#endif
