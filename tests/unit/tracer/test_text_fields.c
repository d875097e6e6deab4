/* SPDX-License-Identifier: MIT
 * Small texts of /proc and of control groups. */
#include <criterion/criterion.h>

#include "epoll_data.h"
#include "oom_kill.h"

Test(epoll_data, of_one_line)
{
    cr_assert_eq(epoll_data_of_line("tfd:        7 events:       1b data:     7f00deadbeef  pos:0 ino:4 sdev:d\n"), 0x7f00deadbeef);
    cr_assert_eq(epoll_data_of_line("tfd:        7 events:       1b data:                0  pos:0 ino:4 sdev:d\n"), 0);
    cr_assert_eq(epoll_data_of_line("flags:\t02 data: 77\n"), 0);
    cr_assert_eq(epoll_data_of_line("tfd:        7\n"), 0);
}

Test(oom_kill, field_of_a_text)
{
    static const char text[] = "low 0\noom 3\noom_kill 2\noom_group_kill 1\n";

    cr_assert_eq(oom_kill_field(text, "oom_kill", 99), 2);
    cr_assert_eq(oom_kill_field(text, "oom", 99), 3);
    cr_assert_eq(oom_kill_field(text, "max", 99), 99);
    cr_assert_eq(oom_kill_field("", "oom_kill", 99), 99);
}
