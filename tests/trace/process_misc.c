/* SPDX-License-Identifier: MIT
 * Other things about processes. */
#include <linux/kcmp.h>
#include <linux/filter.h>
#include <linux/membarrier.h>
#include <linux/rseq.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "trace_program.h"

static void traces(void)
{
    long data;

    CALL(ptrace, PTRACE_PEEKDATA, 12345678, 0x1000, &data);
    CALL(ptrace, PTRACE_POKETEXT, 12345678, 0x1000, 5);
    CALL(ptrace, PTRACE_PEEKUSER, 12345678, 16, &data);
    CALL(ptrace, PTRACE_POKEUSER, 12345678, 17, 5);
    CALL(ptrace, PTRACE_CONT, 12345678, 0, SIGUSR1);
    CALL(ptrace, PTRACE_CONT, 12345678, 1, 0);
    CALL(ptrace, PTRACE_DETACH, 12345678, 0, 0);
    CALL(ptrace, PTRACE_SEIZE, 12345678, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    CALL(ptrace, PTRACE_SETOPTIONS, 12345678, 0, PTRACE_O_TRACEFORK | 0x10000);
    CALL(ptrace, PTRACE_ATTACH, 12345678, 0, 0);
    CALL(ptrace, PTRACE_INTERRUPT, 12345678, 0, 0);
    CALL(ptrace, PTRACE_GETREGSET, 12345678, 1, &data);
    CALL(ptrace, PTRACE_GETSIGINFO, 12345678, 0, &data);
    CALL(ptrace, PTRACE_GETEVENTMSG, 12345678, 0, &data);
    CALL(ptrace, PTRACE_GETREGS, 12345678, 0, &data);
    CALL(ptrace, PTRACE_KILL, 12345678, 0, 0);
    CALL(ptrace, 77, 12345678, 1, 2);
}

static void filters(void)
{
    struct sock_filter steps[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5, 1, 0),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1)};
    struct sock_fprog program = {4, steps};
    unsigned action = SECCOMP_RET_TRACE;
    unsigned short sizes[3];

    CALL(seccomp, SECCOMP_SET_MODE_FILTER, 0x100, &program);
    CALL(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC | 0x100, NULL);
    CALL(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
    action = 0x1234;
    CALL(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
    CALL(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, sizes);
    CALL(seccomp, SECCOMP_SET_MODE_STRICT, 1, 0);
    CALL(seccomp, 77, 0, 0);
}

int main(void)
{
    const pid_t self = getpid();

    CALL(getpid);
    CALL(getppid);
    CALL(gettid);
    CALL(getpgrp);
    CALL(getpgid, 0);
    CALL(getsid, 0);
    CALL(setpgid, 0, 0);
    CALL(setsid);
    CALL(kcmp, self, self, KCMP_FILE, 0, 1);
    CALL(kcmp, self, self, KCMP_VM, 0, 1);
    CALL(kcmp, -1, self, 77, 5, 1);
    CALL(membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
    CALL(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    CALL(membarrier, 0x80000000, 1, 2);
    CALL(rseq, NULL, 32, 0, 0);
    CALL(rseq, NOWHERE, 31, 3, 0x53053053);
    CALL(set_tid_address, NULL);
    CALL(set_robust_list, NULL, 5);
    void *head;
    size_t size;
    CALL(get_robust_list, 0, &head, &size);
    CALL(get_robust_list, 12345678, &head, &size);
    CALL(pidfd_open, self, 0);
    CALL(pidfd_open, -1, 04000);
    CALL(pidfd_open, -1, 1);
    CALL(pidfd_getfd, -1, 0, 0);
    CALL(pidfd_getfd, -1, 0, 1);
    traces();
    filters();
    CALL(reboot, 0xfee1dead, 1, 0x1234, NULL);
    CALL(iopl, 4);
    CALL(ioperm, 70000, 1, 0);
    return 0;
}
