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

#include "abi/descriptor_calls.h"
#include "abi/supervised_calls.h"
#include "preload/ledger.h"
#include "syscalls/call_set.h"

#define LOAD(field)                        (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value)                      (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, value)
#define JUMP_IF(condition, value, yes, no) (struct sock_filter) BPF_JUMP(BPF_JMP | condition | BPF_K, value, yes, no)

/* Low half of the first argument; the kernel reads prctl's option and the flags of clone from there. */
#define FIRST_ARGUMENT args[0]

/* Goes on behind the last where nothing was selected. Every jump is short, whatever the number of ranges; how many a call runs
 * through is of no matter, as kernels since 5.11 remember by number which calls are always allowed (kernel/seccomp.c). */
static size_t add_calls(const struct call_set *set, struct sock_filter *program)
{
    size_t n = 0;

    for (unsigned first = 0, last; first < SYSCALL_TABLE_SIZE; first = last + 1) {
        for (last = first; last + 1 < SYSCALL_TABLE_SIZE && call_set_has(set, last + 1) == call_set_has(set, first);)
            last++;
        if (!call_set_has(set, first))
            continue;
        program[n++] = JUMP_IF(BPF_JGE, first, 0, 2);
        program[n++] = JUMP_IF(BPF_JGT, last, 1, 0);
        program[n++] = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    }
    return n;
}

/* A call that opens a descriptor only where one of its arguments has certain values. */
static size_t add_variants(unsigned number, const struct syscall_row *row, struct sock_filter *program)
{
    size_t n = 0, opening = 0;

    for (unsigned i = 0; i < row->variant_count; i++)
        opening += descriptor_variant_opens(&row->variants[i]);
    program[n++] = JUMP_IF(BPF_JEQ, number, 0, (unsigned char)(2 * opening + 3));
    program[n++] = LOAD(args[row->variant_argument]);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, row->variant_mask);
    for (unsigned i = 0; i < row->variant_count; i++) {
        if (!descriptor_variant_opens(&row->variants[i]))
            continue;
        program[n++] = JUMP_IF(BPF_JEQ, row->variants[i].value, 0, 1);
        program[n++] = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    }
    program[n++] = LOAD(nr);
    return n;
}

static size_t add_descriptor_calls(struct sock_filter *program)
{
    struct call_set always;
    size_t n = 0;

    call_set_clear(&always);
    for (unsigned number = 0; number < SYSCALL_TABLE_SIZE; number++) {
        if (descriptor_call_interest(number) == DESCRIPTOR_ALWAYS)
            call_set_add(&always, number);
        else if (descriptor_call_interest(number) == DESCRIPTOR_SOMETIMES)
            n += add_variants(number, syscall_table_row(number), program + n);
    }
    n += add_calls(&always, program + n);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_unshare, 0, 4);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JSET, CLONE_FILES, 0, 1);
    program[n++] = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    program[n++] = LOAD(nr);
    return n;
}

size_t seccomp_filter_build(const struct seccomp_filter_wishes *wishes, struct sock_filter program[SECCOMP_FILTER_CAPACITY])
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
    if (wishes->calls)
        n += add_calls(wishes->calls, program + n);
    if (wishes->descriptors)
        n += add_descriptor_calls(program + n);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_prctl, 0, 3);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JEQ, LW_REQUEST, 3, 0);
    program[n++] = JUMP_IF(BPF_JEQ, PR_SET_SECCOMP, 2, 1);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_seccomp, 1, 0);
    program[n++] = allow;
    program[n++] = trace;
    return n;
}

/* ---- Any set of calls ------------------------------------------------------------------------------------------------------ */

size_t call_filter_build(const struct call_set *set, struct sock_filter program[SECCOMP_FILTER_CAPACITY])
{
    const struct sock_filter trace = RETURN(SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK);
    struct call_set selected = *set;
    size_t n = 0;

    call_set_add(&selected, __NR_execve);
    call_set_add(&selected, __NR_execveat);
    static_assert(3 * (SYSCALL_TABLE_SIZE / 2) + 16 <= SECCOMP_FILTER_CAPACITY, "room for every other call");
    program[n++] = LOAD(arch);
    program[n++] = JUMP_IF(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
    program[n++] = trace;
    program[n++] = LOAD(nr);
    program[n++] = JUMP_IF(BPF_JEQ, __NR_clone, 0, 3);
    program[n++] = LOAD(FIRST_ARGUMENT);
    program[n++] = JUMP_IF(BPF_JSET, CLONE_UNTRACED, 0, 1);
    program[n++] = trace;
    program[n++] = LOAD(nr);
    n += add_calls(&selected, program + n);
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
