/* SPDX-License-Identifier: MIT
 *
 * Under strict seccomp only read, write and exit are allowed: taking blocks from what the C library has already got must not make
 * any other system call, whatever the site.
 *
 * expect: process exit 6
 * expect: leaks definite 2000 64000
 * expect: record definite 1000 32000 in lose_block main
 * expect: valgrind skip: it needs other system calls */
#include <linux/seccomp.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(32));
}

static NOINLINE void lose_another(int depth)
{
    if (depth > 0)
        lose_another(depth - 1);
    else
        opaque(malloc(32));
    __asm__ volatile("");
}

int main(void)
{
    mallopt(M_TOP_PAD, 16 << 20);
    free(opaque(malloc(100)));
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
        return 1;
    for (int i = 0; i < 1000; i++)
        lose_block();
    for (int i = 0; i < 1000; i++)
        lose_another(i % 20);
    clear_stack();
    syscall(SYS_exit, 6);
}
