/* SPDX-License-Identifier: MIT
 * Memory of another process. */
#include <sys/uio.h>

#include "trace_program.h"

int main(void)
{
    char from[] = "some text", to[16] = "";
    struct iovec remote[2] = {{from, 5}, {from + 5, 4}}, local[2] = {{to, 3}, {to + 3, 9}};
    const pid_t self = getpid();

    CALL(process_vm_readv, self, local, 2, remote, 2, 0);
    CALL(process_vm_readv, self, local, 1, remote, 2, 0);
    CALL(process_vm_readv, -1, local, 2, remote, 2, 0);
    CALL(process_vm_readv, self, NULL, 2, NULL, 2, 1);
    CALL(process_vm_writev, self, local, 2, remote, 2, 0);
    CALL(process_vm_writev, self, NOWHERE, 2, remote, 0, 0);
    CALL(process_vm_writev, self, local, 0, remote, 0, 0);
    return 0;
}
