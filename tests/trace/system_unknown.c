/* SPDX-License-Identifier: MIT
 * Calls that Linux does not have, and some of which only the number is left. */
#include "trace_program.h"

int main(void)
{
    syscall(335, 1, 2, 3, 4, 5, 6);
    syscall(400, 1, 2, 3, 4, 5, 6);
    syscall(9999, -1, 0, 0x123456789, 4, 5, 6);
    syscall(-1, 1, 2, 3, 4, 5, 6);
    syscall(0x3fffffff, 0, 0, 0, 0, 0, 0);
    CALL(_sysctl, NULL);
    CALL(create_module, 1, 2);
    CALL(get_kernel_syms, 1);
    CALL(query_module, 1, 2, 3, 4, 5);
    CALL(nfsservctl, 1, NULL, NULL);
    CALL(getpmsg, 1, 2, 3, 4, 5);
    CALL(putpmsg, 1, 2, 3, 4, 5);
    CALL(afs_syscall, 1, 2, 3, 4, 5);
    CALL(tuxcall, 1, 2, 3);
    CALL(security, 1, 2, 3);
    CALL(epoll_ctl_old, 1, 2, 3, 4);
    CALL(epoll_wait_old, 1, 2, 3, 4);
    CALL(vserver, 1, 2, 3, 4, 5);
    CALL(set_thread_area, NULL);
    CALL(get_thread_area, NOWHERE);
    return 0;
}
