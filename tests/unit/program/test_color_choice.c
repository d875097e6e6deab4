/* SPDX-License-Identifier: MIT */
#include "program/color_choice.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int terminal, plain;

static void open_both(void)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);

    cr_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    plain = open("/dev/null", O_WRONLY);
    cr_assert(terminal >= 0 && plain >= 0 && isatty(terminal));
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
}

TestSuite(color_choice, .init = open_both);

Test(color_choice, only_terminals_have_colors)
{
    cr_assert(color_is_wanted_on(COLOR_AUTO, terminal));
    cr_assert_not(color_is_wanted_on(COLOR_AUTO, plain));
    cr_assert_not(color_is_wanted_on(COLOR_AUTO, -1));
}

Test(color_choice, variables_forbid_what_is_not_asked_for)
{
    setenv("NO_COLOR", "", 1);
    cr_assert(color_is_wanted_on(COLOR_AUTO, terminal));
    setenv("NO_COLOR", "1", 1);
    cr_assert_not(color_is_wanted_on(COLOR_AUTO, terminal));
    cr_assert(color_is_wanted_on(COLOR_ALWAYS, plain));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    cr_assert_not(color_is_wanted_on(COLOR_AUTO, terminal));
    unsetenv("TERM");
    cr_assert_not(color_is_wanted_on(COLOR_AUTO, terminal));
}

Test(color_choice, the_stream_decides_and_files_are_plain)
{
    cr_assert(dup2(terminal, STDERR_FILENO) >= 0 && dup2(plain, STDOUT_FILENO) >= 0);
    cr_assert(color_is_wanted(COLOR_AUTO, NULL));
    cr_assert_not(color_is_wanted(COLOR_AUTO, "-"));
    cr_assert_not(color_is_wanted(COLOR_AUTO, "file"));
    cr_assert_not(color_is_wanted(COLOR_NEVER, NULL));
}
