/* SPDX-License-Identifier: MIT
 * Small texts of /proc. */
#include <criterion/criterion.h>

#include "tracer/kernel/epoll_data.h"

Test(epoll_data, of_one_line)
{
    cr_assert_eq(epoll_data_of_line("tfd:        7 events:       1b data:     7f00deadbeef  pos:0 ino:4 sdev:d\n"), 0x7f00deadbeef);
    cr_assert_eq(epoll_data_of_line("tfd:        7 events:       1b data:                0  pos:0 ino:4 sdev:d\n"), 0);
    cr_assert_eq(epoll_data_of_line("flags:\t02 data: 77\n"), 0);
    cr_assert_eq(epoll_data_of_line("tfd:        7\n"), 0);
}
