/* SPDX-License-Identifier: MIT
 *
 * Suppressions, in both grammars, and what counts as an error for the exit status.
 *
 * expect: valgrind skip: the options are leakwatch's
 * expect: case none
 * expect: options --error-exitcode=9
 * expect: status 9
 * expect: leaks definite 1 24 indirect 1 40
 * expect: case by_function
 * expect: options --error-exitcode=9 --suppressions={source}/suppressed_leak.supp
 * expect: verdict clean
 * expect: leaks suppressed 2 64
 * expect: case lsan_grammar
 * expect: options --error-exitcode=9 --suppressions={source}/suppressed_leak_lsan.supp
 * expect: verdict clean
 * expect: leaks suppressed 2 64
 * expect: case not_an_error
 * expect: options --error-exitcode=9 --errors-for-leak-kinds=possible
 * expect: verdict clean
 * expect: leaks definite 1 24 indirect 1 40
 * expect: case no_check
 * expect: options --error-exitcode=9 --leak-check=no
 * expect: verdict clean
 * expect: leaks none */
#include "target.h"

static NOINLINE void lose_pair(void)
{
    void **block = malloc(24);
    block[0] = malloc(40);
    block[1] = block[2] = NULL;
    opaque(block);
}

int main(void)
{
    lose_pair();
    clear_stack();
    return 0;
}
