/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "abi/descriptor_calls.h"

static struct descriptor_opening opening(uint64_t number, uint64_t second)
{
    return descriptor_call_opening(number, (const uint64_t[SYSCALL_ARGUMENTS_MAX]){7, second});
}

static void assert_place(uint64_t number, uint64_t second, enum descriptor_place place, unsigned argument)
{
    const struct descriptor_opening actual = opening(number, second);

    cr_expect_eq(actual.place, place, "call %lu: place %d", (unsigned long)number, (int)actual.place);
    cr_expect_eq(actual.argument, argument, "call %lu: argument %u", (unsigned long)number, actual.argument);
}

Test(descriptor_calls, a_returned_descriptor_is_the_result)
{
    assert_place(SYS_open, 0, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_openat, 0, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_socket, 0, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_dup, 0, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_accept4, 0, DESCRIPTOR_RESULT, 0);
}

Test(descriptor_calls, pairs_and_messages_are_where_an_argument_points)
{
    assert_place(SYS_pipe, 0, DESCRIPTOR_PAIR, 0);
    assert_place(SYS_pipe2, 0, DESCRIPTOR_PAIR, 0);
    assert_place(SYS_socketpair, 0, DESCRIPTOR_PAIR, 3);
    assert_place(SYS_recvmsg, 0, DESCRIPTOR_MESSAGE, 1);
    assert_place(SYS_recvmmsg, 0, DESCRIPTOR_MESSAGES, 1);
}

Test(descriptor_calls, fcntl_opens_where_it_duplicates)
{
    assert_place(SYS_fcntl, F_DUPFD, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_fcntl, F_DUPFD_CLOEXEC, DESCRIPTOR_RESULT, 0);
    assert_place(SYS_fcntl, F_GETFL, DESCRIPTOR_NOWHERE, 0);
    cr_assert_eq(descriptor_call_interest(SYS_fcntl), DESCRIPTOR_SOMETIMES);
}

Test(descriptor_calls, other_calls_open_nothing)
{
    assert_place(SYS_read, 0, DESCRIPTOR_NOWHERE, 0);
    assert_place(SYS_close, 0, DESCRIPTOR_NOWHERE, 0);
    assert_place(SYSCALL_TABLE_SIZE, 0, DESCRIPTOR_NOWHERE, 0);
    cr_assert_eq(descriptor_call_interest(SYS_close), DESCRIPTOR_NEVER);
    cr_assert_eq(descriptor_call_interest(SYSCALL_TABLE_SIZE), DESCRIPTOR_NEVER);
}

/* A call that opens descriptors whose numbers nobody can find would be stopped at for nothing. */
Test(descriptor_calls, of_each_call_that_opens_the_place_is_known)
{
    for (uint64_t number = 0; number < SYSCALL_TABLE_SIZE; number++)
        if (descriptor_call_interest(number) == DESCRIPTOR_ALWAYS)
            cr_expect_neq(opening(number, 0).place, DESCRIPTOR_NOWHERE, "%s", syscall_table_row(number)->name);
}

Test(descriptor_calls, a_descriptor_put_onto_itself_is_not_new)
{
    const uint64_t itself[SYSCALL_ARGUMENTS_MAX] = {5, 5}, other[SYSCALL_ARGUMENTS_MAX] = {5, 6};

    cr_assert_not(descriptor_call_is_new(SYS_dup2, itself, 5));
    cr_assert(descriptor_call_is_new(SYS_dup2, other, 6));
    cr_assert(descriptor_call_is_new(SYS_pipe2, itself, 0));
}
