/* SPDX-License-Identifier: MIT
 * Data in pieces. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "call_scene.h"

enum { TEXT = 64 };

static void fill(char memory[80])
{
    const struct iovec pieces[] = {{(void *)(SCENE_MEMORY + TEXT), 3}, {(void *)(SCENE_MEMORY + TEXT + 3), 4}};

    memset(memory, 0, 80);
    memcpy(memory, pieces, sizeof pieces);
    memcpy(memory + TEXT, "onetwo!", 7);
}

Test(vector_decoders, what_is_written_is_shown_whole)
{
    char memory[80];

    fill(memory);
    expect_decoded(SYS_writev, (const uint64_t[6]){1, SCENE_MEMORY, 2}, memory, sizeof memory, 2,
                   "writev(1, [{iov_base=\"one\", iov_len=3}, {iov_base=\"two!\", iov_len=4}], 2) = 2");
    expect_decoded(SYS_writev, (const uint64_t[6]){1, SCENE_MEMORY, 0}, memory, sizeof memory, 0, "writev(1, [], 0) = 0");
    expect_decoded(SYS_writev, (const uint64_t[6]){1, 0, 2}, NULL, 0, -14, "writev(1, NULL, 2) = -1 EFAULT (Bad address)");
}

Test(vector_decoders, what_is_read_ends_where_the_call_ended)
{
    char memory[80];

    fill(memory);
    expect_decoded(SYS_readv, (const uint64_t[6]){0, SCENE_MEMORY, 2}, memory, sizeof memory, 5,
                   "readv(0, [{iov_base=\"one\", iov_len=3}, {iov_base=\"tw\", iov_len=4}], 2) = 5");
    expect_decoded(SYS_readv, (const uint64_t[6]){0, SCENE_MEMORY, 2}, memory, sizeof memory, -11,
                   "readv(0, [{iov_base=0x10040, iov_len=3}, {iov_base=0x10043, iov_len=4}], 2) = "
                   "-1 EAGAIN (Resource temporarily unavailable)");
}

Test(vector_decoders, a_vector_that_ends_too_early_says_where)
{
    char memory[80];

    fill(memory);
    expect_decoded(SYS_writev, (const uint64_t[6]){1, SCENE_MEMORY, 2}, memory, 24, -14,
                   "writev(1, [{iov_base=0x10040, iov_len=3}, ... /* 0x10010 */], 2) = -1 EFAULT (Bad address)");
}

Test(vector_decoders, random_bytes_are_numbers)
{
    expect_decoded(SYS_getrandom, (const uint64_t[6]){SCENE_MEMORY, 3, 1}, "ab\n", 3, 3,
                   "getrandom(\"\\x61\\x62\\x0a\", 3, GRND_NONBLOCK) = 3");
}
