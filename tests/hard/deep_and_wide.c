/* SPDX-License-Identifier: MIT
 *
 * Allocations below sixty thousand frames, below a frame of four MiB, and one with a handler for overflow that leaves by longjmp:
 * the shim asks for no more stack than there is.
 *
 * cases: S21 S49
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 2, "bytes": 30} */
#include <setjmp.h>
#include <signal.h>

#include "hard.h"

static sigjmp_buf before_overflow;
static volatile int depth;

static void on_overflow(int number)
{
    siglongjmp(before_overflow, 1);
}

__attribute__((noinline)) static int go_deep(int frames)
{
    if (frames == 0) {
        hard_lose(10);
        return 0;
    }
    return go_deep(frames - 1) + 1;
}

__attribute__((noinline)) static void go_wide(void)
{
    volatile char wide[4 << 20];

    wide[0] = 1;
    hard_lose(20);
    wide[1] = wide[0];
}

__attribute__((noinline)) static int overflow(volatile char *above)
{
    volatile char frame[512];

    frame[0] = above[0];
    if (++depth == 1 << 30)
        return 0;
    if (depth % 64 == 0)
        free(malloc(100));
    return overflow(frame) + frame[0];
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_handler = on_overflow, .sa_flags = SA_ONSTACK | SA_NODEFER};
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};

    hard_begin(argc, argv);
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    REQUIRE(go_deep(60000) == 60000, "not so deep");
    go_wide();
    volatile char first = 1;
    if (sigsetjmp(before_overflow, 1) == 0)
        overflow(&first);
    REQUIRE(depth > 1000, "overflow after %d frames", depth);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    free(stack.ss_sp);
    return hard_ok();
}
