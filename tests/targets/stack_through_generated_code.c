/* SPDX-License-Identifier: MIT
 *
 * Code made at run time, without unwind information and with a frame pointer that is none: the walk may end there, nothing else.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block
 * expect: valgrind same */
#include <string.h>
#include <sys/mman.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

int main(void)
{
    /* push rbp; mov ebp, 0x1337; call rdi; pop rbp; ret */
    static const unsigned char code[] = {0x55, 0xbd, 0x37, 0x13, 0, 0, 0xff, 0xd7, 0x5d, 0xc3};
    void (*run)(void (*)(void));
    void *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        return 1;
    memcpy(area, code, sizeof code);
    if (mprotect(area, 4096, PROT_READ | PROT_EXEC))
        return 1;
    *(void **)&run = area;
    run(lose_block);
    clear_stack();
    return 0;
}
