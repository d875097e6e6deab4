/* SPDX-License-Identifier: MIT */
#include "strict_mode.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/process_table.h"
#include "tracer/tracee.h"

enum { RED_ZONE = 128, SYSCALL_INSTRUCTION_SIZE = 2 };

static const struct sock_filter strict_filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_read, 4, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_write, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_exit, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_rt_sigreturn, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | STRICT_MODE_MARK),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* What is written below the tracee's stack. */
struct strict_program {
    struct sock_fprog header;
    struct sock_filter instructions[sizeof strict_filter / sizeof *strict_filter];
};

struct strict_mode {
    enum { SETTING_NO_NEW_PRIVILEGES, INSTALLING_FILTER } step;
    struct user_regs_struct original; /* at the entry of the call */
    uint64_t address;                 /* of the program */
    struct strict_program overwritten;
};

bool strict_mode_is_request(uint64_t number, const uint64_t arguments[6])
{
    return (number == __NR_prctl && (uint32_t)arguments[0] == PR_SET_SECCOMP && arguments[1] == SECCOMP_MODE_STRICT) ||
           (number == __NR_seccomp && (uint32_t)arguments[0] == SECCOMP_SET_MODE_STRICT && arguments[1] == 0 && arguments[2] == 0);
}

static bool write_program(struct thread *thread, struct strict_mode *strict)
{
    struct tracee_memory *memory = &thread->process->space->memory;
    const struct memory_view view = tracee_memory_view(memory);
    struct strict_program program = {.header = {.len = sizeof strict_filter / sizeof *strict_filter}};

    strict->address = (strict->original.rsp - RED_ZONE - sizeof program) & ~UINT64_C(15);
    program.header.filter = (struct sock_filter *)(strict->address + offsetof(struct strict_program, instructions));
    for (size_t i = 0; i < sizeof strict_filter / sizeof *strict_filter; i++)
        program.instructions[i] = strict_filter[i];
    return memory_read(&view, strict->address, &strict->overwritten, sizeof program) == sizeof program &&
           tracee_memory_write(memory, strict->address, &program, sizeof program) == 0;
}

static bool change_call(struct thread *thread, const struct strict_mode *strict, uint64_t number, const uint64_t arguments[3])
{
    struct user_regs_struct registers = strict->original;

    registers.orig_rax = number;
    registers.rdi = arguments[0];
    registers.rsi = arguments[1];
    registers.rdx = arguments[2];
    registers.r10 = registers.r8 = 0;
    return tracee_set_registers(thread->tid, &registers) == 0;
}

static bool take_step(struct thread *thread, struct strict_mode *strict)
{
    if (tracee_registers(thread->tid, &strict->original) != 0)
        return false;
    if (strict->step == SETTING_NO_NEW_PRIVILEGES)
        return change_call(thread, strict, __NR_prctl, (const uint64_t[]){PR_SET_NO_NEW_PRIVS, 1, 0});
    return write_program(thread, strict) &&
           change_call(thread, strict, __NR_seccomp, (const uint64_t[]){SECCOMP_SET_MODE_FILTER, 0, strict->address});
}

bool strict_mode_enter(struct thread *thread)
{
    if (!thread->strict)
        thread->strict = xcalloc(1, sizeof *thread->strict);
    if (take_step(thread, thread->strict))
        return true;
    strict_mode_destroy(thread->strict);
    thread->strict = NULL;
    return false;
}

void strict_mode_leave(struct thread *thread, int64_t result)
{
    struct strict_mode *strict = thread->strict;
    struct user_regs_struct registers = strict->original;

    if (strict->step == SETTING_NO_NEW_PRIVILEGES && result == 0) {
        strict->step = INSTALLING_FILTER; /* the thread makes its call once more, and that is changed into the next step */
        registers.rax = registers.orig_rax;
        registers.rip -= SYSCALL_INSTRUCTION_SIZE;
        registers.orig_rax = (unsigned long long)-1;
        tracee_set_registers(thread->tid, &registers);
        return;
    }
    if (strict->step == INSTALLING_FILTER)
        tracee_memory_write(&thread->process->space->memory, strict->address, &strict->overwritten, sizeof strict->overwritten);
    registers.rax = (unsigned long long)result;
    tracee_set_registers(thread->tid, &registers);
    strict_mode_destroy(strict);
    thread->strict = NULL;
}

void strict_mode_violated(const struct thread *thread)
{
    syscall(SYS_tgkill, thread->process->pid, thread->tid, SIGKILL);
}

void strict_mode_destroy(struct strict_mode *strict)
{
    free(strict);
}
