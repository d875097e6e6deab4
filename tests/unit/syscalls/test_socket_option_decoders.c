/* SPDX-License-Identifier: MIT
 * Options of sockets. */
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "call_scene.h"

static const int32_t numbers[] = {1, 2, 3, 4};

static void expect_set(uint64_t level, uint64_t option, uint64_t size, const char *text)
{
    expect_decoded(SYS_setsockopt, (const uint64_t[6]){5, level, option, SCENE_MEMORY, size}, numbers, sizeof numbers, 0, text);
}

Test(socket_option_decoders, options_are_named_by_level)
{
    expect_set(SOL_SOCKET, SO_REUSEADDR, 4, "setsockopt(5, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
    expect_set(6, 1, 4, "setsockopt(5, SOL_TCP, TCP_NODELAY, [1], 4) = 0");
    expect_set(999, 1, 4, "setsockopt(5, 0x3e7 /* SOL_?? */, 1, [1], 4) = 0");
}

Test(socket_option_decoders, structures_need_their_size)
{
    expect_set(SOL_SOCKET, SO_LINGER, 8, "setsockopt(5, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=2}, 8) = 0");
    expect_set(SOL_SOCKET, SO_LINGER, 4, "setsockopt(5, SOL_SOCKET, SO_LINGER, 0x10000, 4) = 0");
    expect_set(0, 35, 8,
               "setsockopt(5, SOL_IP, IP_ADD_MEMBERSHIP, {imr_multiaddr=inet_addr(\"1.0.0.0\"), "
               "imr_interface=inet_addr(\"2.0.0.0\")}, 8) = 0");
}

Test(socket_option_decoders, other_values_are_bytes)
{
    expect_set(6, 13, 6, "setsockopt(5, SOL_TCP, TCP_CONGESTION, \"\\1\\0\\0\\0\\2\\0\", 6) = 0");
    expect_decoded(SYS_setsockopt, (const uint64_t[6]){5, 6, 13, 0x5000, 6}, NULL, 0, -14,
                   "setsockopt(5, SOL_TCP, TCP_CONGESTION, 0x5000, 6) = -1 EFAULT (Bad address)");
}

Test(socket_option_decoders, what_was_got_has_the_length_that_came_back)
{
    const uint64_t arguments[6] = {5, SOL_SOCKET, SO_PEERCRED, SCENE_MEMORY + 4, SCENE_MEMORY};
    const int32_t memory[] = {12, 7, 8, 9};

    expect_decoded(SYS_getsockopt, arguments, memory, sizeof memory, 0,
                   "getsockopt(5, SOL_SOCKET, SO_PEERCRED, {pid=7, uid=8, gid=9}, [12]) = 0");
    expect_decoded(SYS_getsockopt, arguments, memory, sizeof memory, -9,
                   "getsockopt(5, SOL_SOCKET, SO_PEERCRED, 0x10004, [12]) = -1 EBADF (Bad file descriptor)");
}
