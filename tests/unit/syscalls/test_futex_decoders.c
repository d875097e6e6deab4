/* SPDX-License-Identifier: MIT
 * Futexes. */
#include <criterion/criterion.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(futex_decoders, each_operation_has_its_arguments)
{
    const int64_t time[] = {1, 2};

    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_WAIT_PRIVATE, 7, SCENE_MEMORY}, time, sizeof time, -110,
                   "futex(0x40, FUTEX_WAIT_PRIVATE, 7, {tv_sec=1, tv_nsec=2}) = -1 ETIMEDOUT (Connection timed out)");
    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_WAKE, 1}, NULL, 0, 1, "futex(0x40, FUTEX_WAKE, 1) = 1");
    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_CMP_REQUEUE, 1, 2, 0x80, 3}, NULL, 0, 1,
                   "futex(0x40, FUTEX_CMP_REQUEUE, 1, 2, 0x80, 3) = 1");
    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_UNLOCK_PI}, NULL, 0, 0, "futex(0x40, FUTEX_UNLOCK_PI) = 0");
}

Test(futex_decoders, an_operation_on_the_second_word_is_spelt_out)
{
    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_WAKE_OP, 1, 2, 0x80, FUTEX_OP(FUTEX_OP_OR, 5, FUTEX_OP_CMP_GT, 6)},
                   NULL, 0, 1, "futex(0x40, FUTEX_WAKE_OP, 1, 2, 0x80, FUTEX_OP_OR<<28|0x5<<12|FUTEX_OP_CMP_GT<<24|0x6) = 1");
    expect_decoded(SYS_futex, (const uint64_t[6]){0x40, FUTEX_WAKE_OP, 1, 2, 0x80, 0xff000000}, NULL, 0, -38,
                   "futex(0x40, FUTEX_WAKE_OP, 1, 2, 0x80, FUTEX_OP_OPARG_SHIFT<<28|0x7<<28 /* FUTEX_OP_??? */|0<<12|"
                   "0xf<<24 /* FUTEX_OP_CMP_??? */|0) = -1 ENOSYS (Function not implemented)");
}

Test(futex_decoders, several_are_waited_for)
{
    const struct futex_waitv waiters[] = {{.val = 1, .uaddr = 0x40, .flags = FUTEX_32}, {.val = 2, .__reserved = 3}};

    expect_decoded(SYS_futex_waitv, (const uint64_t[6]){SCENE_MEMORY, 2, 0, 0, 1}, waiters, sizeof waiters, -22,
                   "futex_waitv([{val=0x1, uaddr=0x40, flags=FUTEX_32}, {val=0x2, uaddr=NULL, flags=0, __reserved=0x3}], 2, 0, "
                   "NULL, CLOCK_MONOTONIC) = -1 EINVAL (Invalid argument)");
}
