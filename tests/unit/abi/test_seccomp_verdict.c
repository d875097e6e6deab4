/* SPDX-License-Identifier: MIT
 * The kernel is asked the same: it runs the filter for a system call, and says by the call's error what came out. */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../heap/random.h"
#include "abi/seccomp_verdict.h"

enum { CALL = SYS_getppid, NOT_TAKEN = 255, PROGRAMS = 60, STEPS = 12 };

static const uint64_t arguments[6] = {1, UINT64_C(0xfedcba9876543210), 0, 3, 0x80000000, 5};

/* Eight bits of what the program computes for getppid(), which it gives by an error; NOT_TAKEN: the kernel refuses the program. */
static int ask_kernel(struct sock_filter *program, size_t length)
{
    struct sock_fprog whole = {.len = (unsigned short)length, .filter = program};
    int status;
    const pid_t pid = fork();

    if (pid == 0) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole) != 0)
            _exit(NOT_TAKEN);
        errno = 0;
        syscall(CALL, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
        _exit(errno);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static uint32_t ask_ours(const struct sock_filter *program, size_t length)
{
    struct seccomp_data call = {.nr = CALL, .arch = AUDIT_ARCH_X86_64};

    for (int i = 0; i < 6; i++)
        call.args[i] = arguments[i];
    return seccomp_verdict(program, length, &call);
}

/* One of the steps that may stand in a filter, at random. */
static struct sock_filter random_step(uint64_t *state)
{
    static const uint16_t codes[] = {
        BPF_LD | BPF_W | BPF_ABS,  BPF_LD | BPF_W | BPF_LEN,  BPF_LD | BPF_IMM,          BPF_LD | BPF_MEM,
        BPF_LDX | BPF_W | BPF_LEN, BPF_LDX | BPF_IMM,         BPF_LDX | BPF_MEM,         BPF_ALU | BPF_ADD | BPF_K,
        BPF_ALU | BPF_ADD | BPF_X, BPF_ALU | BPF_SUB | BPF_X, BPF_ALU | BPF_MUL | BPF_K, BPF_ALU | BPF_MUL | BPF_X,
        BPF_ALU | BPF_DIV | BPF_K, BPF_ALU | BPF_DIV | BPF_X, BPF_ALU | BPF_AND | BPF_K, BPF_ALU | BPF_OR | BPF_X,
        BPF_ALU | BPF_XOR | BPF_K, BPF_ALU | BPF_LSH | BPF_K, BPF_ALU | BPF_RSH | BPF_K, BPF_ALU | BPF_NEG,
        BPF_MISC | BPF_TAX,        BPF_MISC | BPF_TXA,        BPF_JMP | BPF_JA,          BPF_JMP | BPF_JEQ | BPF_K,
        BPF_JMP | BPF_JGT | BPF_X, BPF_JMP | BPF_JGE | BPF_K, BPF_JMP | BPF_JSET | BPF_X};
    struct sock_filter chosen = {.code = codes[random_next(state) % (sizeof codes / sizeof *codes)]};

    chosen.k = 1 + (uint32_t)random_next(state) % 15; /* an index of the scratch memory, a shift, a divisor */
    if (BPF_CLASS(chosen.code) == BPF_LD && BPF_MODE(chosen.code) == BPF_ABS) /* the address of the call is not known here */
        chosen.k = offsetof(struct seccomp_data, args) + (uint32_t)random_next(state) % 12 * 4;
    if (BPF_CLASS(chosen.code) == BPF_JMP) {
        chosen.jt = (uint8_t)(random_next(state) % 3);
        chosen.jf = (uint8_t)(random_next(state) % 3);
        chosen.k = BPF_OP(chosen.code) == BPF_JA ? chosen.k % 3 : chosen.k;
    }
    return chosen;
}

/* Other calls pass; for this one all of the scratch memory is filled, steps at random follow, and the lowest bits of the
 * accumulator make the error. */
static size_t random_program(uint64_t *state, struct sock_filter *program)
{
    size_t n = 0;

    program[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALL, 1, 0);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    for (uint32_t word = 0; word < BPF_MEMWORDS; word++)
        program[n++] = (struct sock_filter)BPF_STMT(word % 2 ? BPF_ST : BPF_STX, word);
    for (int i = 0; i < STEPS; i++)
        program[n++] = random_step(state);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7f); /* jumps that go far end here */
    program[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7f);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7f);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
    return n;
}

Test(seccomp_verdict, is_the_kernels)
{
    struct sock_filter program[64];
    uint64_t state = 20;

    for (int i = 0; i < PROGRAMS; i++) {
        const size_t length = random_program(&state, program);
        const uint32_t ours = ask_ours(program, length);
        const int kernels = ask_kernel(program, length);
        cr_assert_neq(kernels, NOT_TAKEN, "program %d", i);
        /* Divided by zero: the thread is killed, by SIGSYS as it is the only one. */
        cr_assert_eq(ours == SECCOMP_RET_KILL_THREAD ? -SIGSYS : (int)(ours & SECCOMP_RET_DATA), kernels, "program %d: %#x", i,
                     ours);
    }
}

Test(seccomp_verdict, what_is_no_program_kills)
{
    const struct sock_filter odd[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, sizeof(struct seccomp_data)),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0),
        BPF_STMT(BPF_LD | BPF_MEM, BPF_MEMWORDS),
        BPF_STMT(BPF_ST, BPF_MEMWORDS),
        BPF_STMT(BPF_ALU | 0xf0, 1),
        BPF_STMT(BPF_JMP | 0xf0, 1),
        BPF_STMT(BPF_JMP | BPF_JA, UINT32_MAX),
    };

    cr_assert_eq(ask_ours(odd, 0), SECCOMP_RET_KILL_THREAD);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const struct sock_filter program[] = {odd[i], BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        cr_assert_eq(ask_ours(program, 2), SECCOMP_RET_KILL_THREAD, "instruction %zu", i);
    }
}
