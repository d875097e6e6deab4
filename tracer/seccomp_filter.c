/* SPDX-License-Identifier: MIT */
#include "seccomp_filter.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi/supervised_calls.h"
#include "syscalls/call_set.h"
#include "../preload/ledger.h"

static_assert(2 * SUPERVISED_CALLS + 16 <= SECCOMP_FILTER_CAPACITY, "the filter has room for each call");

#define LOAD(field)                        (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value)                      (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, value)
#define JUMP_IF(condition, value, yes, no) (struct sock_filter) BPF_JUMP(BPF_JMP | condition | BPF_K, value, yes, no)

/* Low half of the first argument; the kernel reads prctl's option and the flags of clone from there. */
#define FIRST_ARGUMENT args[0]

size_t seccomp_filter_build(struct sock_filter program[SECCOMP_FILTER_CAPACITY])
{
    const struct sock_filter allow = RETURN(SECCOMP_RET_ALLOW);
    const struct sock_filter trace = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    size_t n = 0;

    program[n++] = LOAD(arch);
    program[n++] = JUMP_IF(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
    program[n++] = allow;
    program[n++] = LOAD(nr);
    for (int call = 0; call < SUPERVISED_CALLS; call++) {
        program[n++] = JUMP_IF(BPF_JEQ, supervised_calls[call].number, 0, 1);
        program[n++] = trace;
    }
    program[n++] = JUMP_IF(BPF_JEQ, __NR_prctl, 0, 3);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JEQ, LW_REQUEST, 8, 0);
    program[n++] = JUMP_IF(BPF_JEQ, PR_SET_SECCOMP, 7, 6);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_seccomp, 0, 2);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JEQ, SECCOMP_SET_MODE_STRICT, 4, 3);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_clone, 0, 2);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JSET, CLONE_UNTRACED, 1, 0);
    program[n++] = allow;
    program[n++] = trace;
    return n;
}

/* ---- Any set of calls ------------------------------------------------------------------------------------------------------ */

static bool is_selected(const struct call_set *set, unsigned number)
{
    return number == __NR_execve || number == __NR_execveat || call_set_has(set, number);
}

/* Ranges come in order, so that each call runs no further than to its own. Every jump is short, whatever the number of ranges. */
static size_t add_ranges(const struct call_set *set, struct sock_filter *program)
{
    size_t n = 0;

    for (unsigned first = 0, last; first < SYSCALL_TABLE_SIZE; first = last + 1) {
        for (last = first; last + 1 < SYSCALL_TABLE_SIZE && is_selected(set, last + 1) == is_selected(set, first);)
            last++;
        if (!is_selected(set, first))
            continue;
        program[n++] = JUMP_IF(BPF_JGE, first, 1, 0);
        program[n++] = RETURN(SECCOMP_RET_ALLOW);
        program[n++] = JUMP_IF(BPF_JGT, last, 1, 0);
        program[n++] = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    }
    return n;
}

size_t call_filter_build(const struct call_set *set, struct sock_filter program[CALL_FILTER_CAPACITY])
{
    const struct sock_filter trace = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    size_t n = 0;

    static_assert(4 * (SYSCALL_TABLE_SIZE / 2) + 16 <= CALL_FILTER_CAPACITY, "room for every other call");
    program[n++] = LOAD(arch);
    program[n++] = JUMP_IF(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
    program[n++] = trace;
    program[n++] = LOAD(nr);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_clone, 0, 3);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JSET, CLONE_UNTRACED, 0, 1);
    program[n++] = trace;
    program[n++] = LOAD(nr);
    n += add_ranges(set, program + n);
    program[n++] = JUMP_IF(BPF_JGE, SYSCALL_TABLE_SIZE, 0, 1);
    program[n++] = trace;
    program[n++] = RETURN(SECCOMP_RET_ALLOW);
    return n;
}

static int install(const struct sock_fprog *program)
{
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0 ? 0 : -errno;
}

int seccomp_filter_install(const struct sock_fprog *program, bool *no_new_privileges)
{
    int error = install(program);
    if (error != -EACCES)
        return error;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -errno;
    *no_new_privileges = true;
    return install(program);
}
