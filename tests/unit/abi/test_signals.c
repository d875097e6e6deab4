/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "abi/signals.h"

Test(signals, names_are_those_of_signal_h)
{
    for (int number = 1; number < 32; number++) {
        char name[16];
        snprintf(name, sizeof name, "SIG%s", number == SIGIO ? "IO" : sigabbrev_np(number));
        cr_assert_str_eq(signal_name(number), name);
    }
}

Test(signals, real_time_signals_count_from_the_kernels_first)
{
    cr_assert_str_eq(signal_name(32), "SIGRTMIN");
    cr_assert_str_eq(signal_name(33), "SIGRT_1");
    cr_assert_str_eq(signal_name(64), "SIGRT_32");
}

Test(signals, other_numbers_are_none)
{
    cr_assert_null(signal_name(0));
    cr_assert_null(signal_name(-1));
    cr_assert_null(signal_name(65));
}

Test(signals, every_spelling_of_every_signal_is_found)
{
    for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++) {
        char digits[16];
        snprintf(digits, sizeof digits, "%d", number);
        cr_assert_eq(signal_find(signal_name(number)), number);
        cr_assert_eq(signal_find(signal_name(number) + 3), number);
        cr_assert_eq(signal_find(digits), number);
    }
    cr_assert_eq(signal_find("int"), SIGINT);
    cr_assert_eq(signal_find("sigInt"), SIGINT);
}

Test(signals, second_names_are_found)
{
    cr_assert_eq(signal_find("SIGPOLL"), SIGIO);
    cr_assert_eq(signal_find("CLD"), SIGCHLD);
    cr_assert_eq(signal_find("IOT"), SIGABRT);
}

Test(signals, words_that_are_no_signal_are_not_found)
{
    const char *wrong[] = {"",    "SIG", "0",    "65",        "-1",      "+2",    "2x",
                           "0x2", " 2",  "INTT", "SIGSIGINT", "RTMIN+1", "RT_33", "99999999999999999999"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(signal_find(wrong[i]), -1, "%s", wrong[i]);
}
