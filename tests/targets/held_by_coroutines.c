/* SPDX-License-Identifier: MIT
 *
 * Two coroutines that are suspended when the program ends, one on a malloc()ed stack and one on a mapped one: what their frames
 * hold is not lost. What main lost itself is.
 *
 * expect: leaks definite 1 24
 * expect: record reachable 2 180 in coroutine
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind same */
#include <sys/mman.h>
#include <ucontext.h>

#include "target.h"

#define STACK_SIZE 65536
static ucontext_t main_context, contexts[2];

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void coroutine(int index)
{
    void *volatile held = malloc(90);
    opaque(held);
    swapcontext(&contexts[index], &main_context);
    free(held);
}

static void start(int index, void *stack)
{
    getcontext(&contexts[index]);
    contexts[index].uc_stack.ss_sp = stack;
    contexts[index].uc_stack.ss_size = STACK_SIZE;
    contexts[index].uc_link = &main_context;
    makecontext(&contexts[index], (void (*)(void))coroutine, 1, index);
    swapcontext(&main_context, &contexts[index]);
}

int main(void)
{
    void *mapped = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return 1;
    start(0, malloc(STACK_SIZE));
    start(1, mapped);
    lose_block();
    clear_stack();
    return 0;
}
