/* SPDX-License-Identifier: MIT
 *
 * What was left on the stack below the frame that called exit() keeps nothing alive; what stands in live frames does.
 *
 * expect: leaks definite 1 300 reachable 1 200
 * expect: record definite 1 300 in leave_behind lose_below main
 * expect: record reachable 1 200 in hold_and_exit main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void leave_behind(void)
{
    void *volatile slots[400] = {0};
    slots[200] = malloc(300);
    opaque(slots[200]);
}

static NOINLINE void lose_below(void)
{
    leave_behind();
}

static NOINLINE void hold_and_exit(void)
{
    void *volatile held = malloc(200);
    opaque(held);
    lose_below();
    exit(0);
}

int main(void)
{
    hold_and_exit();
}
