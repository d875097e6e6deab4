/* SPDX-License-Identifier: MIT
 *
 * Allocations while the register that may be a frame pointer holds anything: nothing is read through it.
 *
 * cases: S19
 * ways: run trace look follow
 * report: .summary.definite.blocks == 0 and .summary.verdict == "clean" */
#include "hard.h"

/* Calls malloc and free with this value in rbp. */
__attribute__((noinline)) static void allocate_with(unsigned long value)
{
    void *(*volatile take)(size_t) = malloc;
    void (*volatile give)(void *) = free;
    void *block;

    __asm__ volatile("pushq %%rbp\n\t"
                     "movq %%rsp, %%r12\n\t"
                     "subq $256, %%rsp\n\t"
                     "andq $-16, %%rsp\n\t"
                     "movq %[value], %%rbp\n\t"
                     "callq *%[take]\n\t"
                     "movq %%r12, %%rsp\n\t"
                     "popq %%rbp"
                     : "=a"(block)
                     : [value] "r"(value), [take] "b"(take), "D"(64L)
                     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "memory", "cc");
    give(block);
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    unsigned long here = (unsigned long)__builtin_frame_address(0);
    const unsigned long values[] = {
        0, 1, 8, -1UL, 0x1337, 0x8000000000000000UL, 0x7ffffffffff8UL, 0x4141414141414141UL, here, here + 1, here - 4096};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        allocate_with(values[i]);
    return hard_ok();
}
