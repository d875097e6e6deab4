/* SPDX-License-Identifier: MIT */
#include "tracee.h"

#include <errno.h>
#include <sched.h>

static int request(enum __ptrace_request what, pid_t tid, void *address, void *data)
{
    return ptrace(what, tid, address, data) < 0 ? -errno : 0;
}

int tracee_seize(pid_t tid, unsigned options)
{
    return request(PTRACE_SEIZE, tid, NULL, (void *)(uintptr_t)options);
}

int tracee_detach(pid_t tid, int signal)
{
    return request(PTRACE_DETACH, tid, NULL, (void *)(uintptr_t)signal);
}

int tracee_resume(pid_t tid, int how, int signal)
{
    return request((enum __ptrace_request)how, tid, NULL, (void *)(uintptr_t)signal);
}

int tracee_interrupt(pid_t tid)
{
    return request(PTRACE_INTERRUPT, tid, NULL, NULL);
}

int tracee_registers(pid_t tid, struct user_regs_struct *registers)
{
    return request(PTRACE_GETREGS, tid, NULL, registers);
}

int tracee_set_registers(pid_t tid, const struct user_regs_struct *registers)
{
    return request(PTRACE_SETREGS, tid, NULL, (void *)registers);
}

int tracee_signal_info(pid_t tid, siginfo_t *info)
{
    return request(PTRACE_GETSIGINFO, tid, NULL, info);
}

int tracee_syscall_info(pid_t tid, struct __ptrace_syscall_info *info)
{
    return request(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof *info, info);
}

int tracee_event_message(pid_t tid, unsigned long *message)
{
    return request(PTRACE_GETEVENTMSG, tid, NULL, message);
}

int tracee_skip_syscall(pid_t tid, int64_t result)
{
    struct user_regs_struct registers;

    int error = tracee_registers(tid, &registers);
    if (error)
        return error;
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)result;
    return tracee_set_registers(tid, &registers);
}

void tracee_forbid_untraced(pid_t tid)
{
    struct user_regs_struct registers;

    if (tracee_registers(tid, &registers) != 0)
        return;
    registers.rdi &= ~(unsigned long long)CLONE_UNTRACED;
    tracee_set_registers(tid, &registers);
}
