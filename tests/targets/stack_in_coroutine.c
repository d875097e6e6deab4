/* SPDX-License-Identifier: MIT
 *
 * Ten thousand switches between two coroutines on small stacks, both of which take and free blocks; each loses one, and is then
 * forgotten by its own stack being freed.
 *
 * expect: leaks definite 2 200
 * expect: record definite 2 200 in lose_block coroutine
 * expect: valgrind skip: it takes the switches for a stack of that size */
#include <ucontext.h>

#include "target.h"

#define STACK_SIZE 16384
static ucontext_t main_context, contexts[2];

static NOINLINE void lose_block(void)
{
    opaque(malloc(100));
}

static void coroutine(int index)
{
    for (int i = 0; i < 10000; i++) {
        void *block = opaque(malloc(10 + i % 100));
        swapcontext(&contexts[index], &contexts[!index]);
        free(block);
        if (i == 5000)
            lose_block();
    }
}

int main(void)
{
    void *stacks[2];
    for (int i = 0; i < 2; i++) {
        stacks[i] = malloc(STACK_SIZE);
        getcontext(&contexts[i]);
        contexts[i].uc_stack.ss_sp = stacks[i];
        contexts[i].uc_stack.ss_size = STACK_SIZE;
        contexts[i].uc_link = i == 0 ? &contexts[1] : &main_context;
        makecontext(&contexts[i], (void (*)(void))coroutine, 1, i);
    }
    swapcontext(&main_context, &contexts[0]);
    free(stacks[0]);
    free(stacks[1]);
    for (size_t i = 0; i < sizeof contexts; i++)
        ((volatile char *)contexts)[i] = 0;
    clear_stack();
    return 0;
}
