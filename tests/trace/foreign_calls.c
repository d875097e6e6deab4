/* SPDX-License-Identifier: MIT
 * Calls by other tables than that of x86_64: those of 32-bit programs, in whose table 20 is getpid (here: writev) and 5 is open
 * (here: fstat), and those of x32. Exits with 77 where the kernel has no calls of 32-bit programs. */
#include "trace_program.h"

enum { X32 = 0x40000000, SKIPPED = 77 };

static void skip(int signal)
{
    _exit(SKIPPED);
}

static void call_of_32_bits(unsigned long number)
{
    unsigned long result = number;

    __asm__ volatile("int $0x80" : "+a"(result) : "b"(1L), "c"(2L), "d"(3L), "S"(4L), "D"(5L) : "memory", "r8", "r9", "r10", "r11");
}

int main(void)
{
    signal(SIGSEGV, skip);
    call_of_32_bits(20);
    call_of_32_bits(5);
    syscall(X32 | SYS_getpid);
    syscall(X32 | SYS_write, -1, "text", 4);
    CALL(getppid);
    return 0;
}
