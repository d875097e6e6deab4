/* SPDX-License-Identifier: MIT
 *
 * Under a filter that kills for anything but write and exit, taking blocks from what the C library has already got must not make
 * any system call, however many blocks and call sites there are. (Strict mode cannot be entered under another filter, such as
 * leakwatch's.)
 *
 * expect: process exit 6
 * expect: leaks definite 2000 64000
 * expect: record definite 1000 32000 in lose_block main
 * expect: valgrind skip: it needs other system calls */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stddef.h>
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

static int allow_write_and_exit(void)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof instructions / sizeof *instructions, instructions};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

int main(void)
{
    mallopt(M_TOP_PAD, 4 << 20);
    free(opaque(malloc(100)));
    if (allow_write_and_exit())
        return 1;
    for (volatile int i = 0; i < 1000; i++)
        lose_block();
    for (volatile int i = 0; i < 1000; i++)
        lose_another(i % 20);
    clear_stack();
    syscall(SYS_exit, 6);
}
