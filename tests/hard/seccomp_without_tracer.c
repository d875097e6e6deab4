/* SPDX-License-Identifier: MIT
 *
 * A filter of the program's own that hands calls to a tracer: as there is none, they fail with ENOSYS, whatever number comes with
 * them.
 *
 * cases: P28
 * ways: run trace */
#include <errno.h>
#include <sys/syscall.h>

#include "hard.h"
#include "hard_seccomp.h"

int main(void)
{
    hard_filter(SYS_getppid, SECCOMP_RET_TRACE | 222);
    hard_filter(SYS_getuid, SECCOMP_RET_TRACE);
    REQUIRE(syscall(SYS_getppid) == -1 && errno == ENOSYS, "getppid ran");
    REQUIRE(syscall(SYS_getuid) == -1 && errno == ENOSYS, "getuid ran");
    return hard_ok();
}
