/* SPDX-License-Identifier: MIT
 *
 * Twenty-five different functions without frame pointers, with frames of different sizes, all on the stack of the record.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void f1(int seed)
{
    if (seed != -1)
        opaque(malloc(24));
}

#define CALL(name, callee, words)                                                                                                  \
    static NOINLINE void name(int seed)                                                                                            \
    {                                                                                                                              \
        volatile long space[words];                                                                                                \
        space[0] = seed % (words);                                                                                                 \
        callee(seed + 1 + (int)space[0]);                                                                                          \
    }
CALL(f2, f1, 1)
CALL(f3, f2, 2)
CALL(f4, f3, 3)
CALL(f5, f4, 100)
CALL(f6, f5, 5)
CALL(f7, f6, 6)
CALL(f8, f7, 7)
CALL(f9, f8, 2000)
CALL(f10, f9, 9)
CALL(f11, f10, 10)
CALL(f12, f11, 11)
CALL(f13, f12, 12)
CALL(f14, f13, 13)
CALL(f15, f14, 14)
CALL(f16, f15, 15)
CALL(f17, f16, 16)
CALL(f18, f17, 17)
CALL(f19, f18, 18)
CALL(f20, f19, 19)
CALL(f21, f20, 20)
CALL(f22, f21, 21)
CALL(f23, f22, 22)
CALL(f24, f23, 23)
CALL(f25, f24, 24)

int main(void)
{
    f25(0);
    clear_stack();
    return 0;
}
