/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "locks/lock_failure.h"

#define KIB(n) ((uint64_t)(n)*1024)

static void expect(const struct lock_failure *failure, const char *part)
{
    char *text = lock_failure_explain(failure);

    cr_assert(strstr(text, part) != NULL, "\"%s\" is not in \"%s\"", part, text);
    free(text);
}

static struct lock_failure mlock_of(uint64_t size, int error)
{
    return (struct lock_failure){.call = LOCK_CALL_MLOCK,
                                 .name = "mlock",
                                 .error = error,
                                 .size = size,
                                 .limit = known_value(KIB(256)),
                                 .locked = known_value(KIB(128)),
                                 .total = known_value(KIB(9000))};
}

Test(lock_failures, the_limit_is_named_with_what_is_locked)
{
    struct lock_failure failure = mlock_of(KIB(132), ENOMEM);

    expect(&failure, "132 KiB more beside 128 KiB locked are beyond RLIMIT_MEMLOCK, 256 KiB");
}

Test(lock_failures, what_is_locked_already_does_not_count_again)
{
    struct lock_failure failure = mlock_of(KIB(132), ENOMEM);

    failure.already = KIB(4);
    cr_assert_not(lock_failure_beyond_limit(&failure));
    failure.unmapped = KIB(8);
    expect(&failure, "8 KiB of 132 KiB are not mapped");
}

Test(lock_failures, the_limit_does_not_hold_with_the_capability)
{
    struct lock_failure failure = mlock_of(KIB(1000), ENOMEM);

    failure.privileged = true;
    failure.no_access = KIB(1000);
    expect(&failure, "PROT_NONE");
}

Test(lock_failures, a_limit_of_zero_is_a_lack_of_permission)
{
    struct lock_failure failure = mlock_of(KIB(4), EPERM);

    failure.limit = known_value(0);
    expect(&failure, "RLIMIT_MEMLOCK is 0");
}

Test(lock_failures, mlockall_is_held_to_the_whole_address_space)
{
    struct lock_failure failure = mlock_of(0, ENOMEM);

    failure.call = LOCK_CALL_MLOCKALL;
    expect(&failure, "the address space of 8.8 MiB is beyond");
    cr_assert_not(lock_failure_by_own(&failure));
}

Test(lock_failures, it_is_said_if_only_leakwatch_makes_it_fail)
{
    struct lock_failure failure = mlock_of(0, ENOMEM);

    failure.call = LOCK_CALL_MLOCKALL;
    failure.own = KIB(8744);
    cr_assert(lock_failure_by_own(&failure));
    expect(&failure, "leakwatch's own");
    failure.own = KIB(8743);
    cr_assert_not(lock_failure_by_own(&failure));
}

Test(lock_failures, an_unlock_meets_no_limit)
{
    struct lock_failure failure = mlock_of(KIB(1000), ENOMEM);

    failure.call = LOCK_CALL_MUNLOCK;
    failure.unmapped = KIB(4);
    expect(&failure, "unlocked nevertheless");
}

Test(lock_failures, what_nothing_explains_is_said_to_be_so)
{
    struct lock_failure failure = mlock_of(KIB(4), ENOMEM);

    expect(&failure, "no limit of locked memory explains it");
    failure.error = ENOSYS;
    expect(&failure, "no limit of locked memory explains it");
}
