/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "abi/errors.h"

Test(errors, names_are_those_of_errno_h)
{
    for (int number = 1; number <= 133; number++) {
        const char *name = strerrorname_np(number);
        if (name == NULL) { /* 41 and 58 are second names of others */
            cr_assert_null(error_name(number), "%d", number);
            continue;
        }
        if (number == ENOTSUP) /* the C library has the second name */
            name = "EOPNOTSUPP";
        cr_assert_str_eq(error_name(number), name);
        cr_assert_str_eq(error_text(number), strerrordesc_np(number));
    }
}

Test(errors, the_kernels_own_have_names_and_words)
{
    cr_assert_str_eq(error_name(512), "ERESTARTSYS");
    cr_assert_str_eq(error_text(512), "To be restarted if SA_RESTART is set");
    cr_assert_str_eq(error_name(516), "ERESTART_RESTARTBLOCK");
    cr_assert_str_eq(error_name(530), "ERECALLCONFLICT");
    cr_assert_not_null(error_text(524));
}

Test(errors, numbers_between_have_none)
{
    int wrong[] = {-1, 0, 134, 511, 520, 532, ERROR_NUMBER_MAX};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert_null(error_name(wrong[i]), "%d", wrong[i]);
        cr_assert_null(error_text(wrong[i]), "%d", wrong[i]);
    }
}

Test(errors, every_name_is_found_again)
{
    for (int number = 0; number <= ERROR_NUMBER_MAX; number++)
        if (error_name(number))
            cr_assert_eq(error_find(error_name(number)), number);
}

Test(errors, second_names_and_small_letters_are_found)
{
    cr_assert_eq(error_find("EWOULDBLOCK"), EAGAIN);
    cr_assert_eq(error_find("EDEADLOCK"), EDEADLK);
    cr_assert_eq(error_find("ENOTSUP"), EOPNOTSUPP);
    cr_assert_eq(error_find("enoent"), ENOENT);
}

Test(errors, words_that_are_no_name_are_not_found)
{
    const char *wrong[] = {"", "E", "ENOEN", "ENOENTT", "NOENT", "2", " ENOENT", "ENOENT "};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(error_find(wrong[i]), -1, "%s", wrong[i]);
}

Test(errors, four_of_them_restart_the_call)
{
    cr_assert(error_is_restart(512) && error_is_restart(513) && error_is_restart(514) && error_is_restart(516));
    cr_assert_not(error_is_restart(515) || error_is_restart(517) || error_is_restart(EINTR));
}
