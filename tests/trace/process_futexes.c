/* SPDX-License-Identifier: MIT
 * Futexes by operation. */
#include <linux/futex.h>
#include <time.h>

#include "trace_program.h"

int main(void)
{
    static unsigned word = 1, other = 2;
    struct timespec soon = {0, 1000}, wrong = {-1, 2000000000};

    CALL(futex, &word, FUTEX_WAIT, 0, NULL);
    CALL(futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 1, &soon);
    CALL(futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 1, &wrong);
    CALL(futex, &word, FUTEX_WAIT, 1, NOWHERE);
    CALL(futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &soon, NULL, 0xffffffff);
    CALL(futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, FUTEX_BITSET_MATCH_ANY);
    CALL(futex, &word, FUTEX_WAKE, 1);
    CALL(futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 0x7fffffff);
    CALL(futex, &word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0x11);
    CALL(futex, &word, FUTEX_FD, 1);
    CALL(futex, &word, FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG, 1, 2, &other);
    CALL(futex, &word, FUTEX_CMP_REQUEUE, 1, 2, &other, 3);
    CALL(futex, &word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, 2, &other, 1);
    CALL(futex, &word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, 1, &other, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_GT, 1));
    CALL(futex, &word, FUTEX_WAKE_OP, 1, 1, &other, 0xb4003fffU);
    CALL(futex, &word, FUTEX_WAKE_OP, 1, 1, &other, 0x7f000000);
    CALL(futex, &word, FUTEX_WAKE_OP, 1, 1, &other, 0xffffffff);
    word = 0;
    CALL(futex, &word, FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG, 0, NULL);
    CALL(futex, &word, FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG);
    CALL(futex, &word, FUTEX_TRYLOCK_PI);
    CALL(futex, &word, FUTEX_UNLOCK_PI);
    CALL(futex, &word, FUTEX_LOCK_PI2, 0, &wrong);
    CALL(futex, &word, FUTEX_WAIT_REQUEUE_PI | FUTEX_CLOCK_REALTIME, 5, &soon, &other);
    CALL(futex, &word, FUTEX_CMP_REQUEUE_PI, 1, 2, &other, 9);
    CALL(futex, &word, 0x7f, 1, 2, &other, 9);
    CALL(futex, &word, 0x20 | FUTEX_CLOCK_REALTIME | FUTEX_PRIVATE_FLAG, 1, 2, &other, 9);
    struct futex_waitv waiters[2] = {{1, (unsigned long)&word, FUTEX_32 | FUTEX_PRIVATE_FLAG, 0}, {2, 0, 0, 5}};
    CALL(futex_waitv, waiters, 2, 0, NULL, CLOCK_MONOTONIC);
    CALL(futex_waitv, NULL, 2, 1, &soon, 77);
    return 0;
}
