/* SPDX-License-Identifier: MIT
 *
 * Blocks taken before anybody's constructors ran: by a resolver of an indirect function, by .preinit_array, by early constructors;
 * and after everything else, by a destructor.
 *
 * expect: leaks definite 5 1500
 * expect: record definite 1 100 in lose_in_resolver
 * expect: record definite 1 200 in lose_in_preinit
 * expect: record definite 1 300 in lose_in_first_constructor
 * expect: record definite 1 400 in lose_in_constructor
 * expect: record definite 1 500 in lose_in_destructor
 * expect: valgrind same */
#include "target.h"

static int answer(void)
{
    return 42;
}

static NOINLINE void lose_in_resolver(void)
{
    opaque(malloc(100));
}

__attribute__((used)) static int (*resolve_answer(void))(void)
{
    lose_in_resolver();
    return answer;
}
int indirect_answer(void) __attribute__((ifunc("resolve_answer")));

static NOINLINE void lose_in_preinit(void)
{
    opaque(malloc(200));
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = lose_in_preinit;

__attribute__((constructor(101))) static void lose_in_first_constructor(void)
{
    opaque(malloc(300));
}

__attribute__((constructor)) static void lose_in_constructor(void)
{
    opaque(malloc(400));
}

__attribute__((destructor)) static void lose_in_destructor(void)
{
    opaque(malloc(500));
}

int main(void)
{
    clear_stack();
    return indirect_answer() == 42 ? 0 : 1;
}
