/* SPDX-License-Identifier: MIT */
#include "interrupted_call.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "tracer/tracee.h"

enum { ERESTARTNOHAND = 514 }; /* of the kernel (include/linux/errno.h): start again if no handler runs */

/* Calls that the kernel does not start again by itself, some of them only on sockets with a time limit. That they were interrupted
 * means that nothing was done. connect(2) and close(2) are not among them: those go on. */
static bool fails_when_stopped(long number)
{
    static const int calls[] = {SYS_epoll_wait,   SYS_epoll_pwait,   SYS_epoll_pwait2,    SYS_semop,   SYS_semtimedop,
                                SYS_io_getevents, SYS_io_pgetevents, SYS_rt_sigtimedwait, SYS_read,    SYS_readv,
                                SYS_write,        SYS_writev,        SYS_recvfrom,        SYS_recvmsg, SYS_recvmmsg,
                                SYS_sendto,       SYS_sendmsg,       SYS_accept,          SYS_accept4};

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i] == number)
            return true;
    return false;
}

void interrupted_call_restart(pid_t tid)
{
    struct user_regs_struct registers;

    if (tracee_registers(tid, &registers) != 0 || (long)registers.rax != -EINTR || !fails_when_stopped((long)registers.orig_rax))
        return;
    registers.rax = (unsigned long long)-ERESTARTNOHAND;
    tracee_set_registers(tid, &registers);
}
