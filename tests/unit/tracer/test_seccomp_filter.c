/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "abi/seccomp_verdict.h"
#include "abi/supervised_calls.h"
#include "preload/ledger.h"
#include "syscalls/call_set.h"
#include "tracer/calls/seccomp_filter.h"

static uint32_t run(const struct seccomp_data *data)
{
    struct sock_filter program[SECCOMP_FILTER_CAPACITY];
    const struct seccomp_filter_wishes none = {0};

    return seccomp_verdict(program, seccomp_filter_build(&none, program), data);
}

static uint32_t verdict(int number, uint64_t first_argument)
{
    const struct seccomp_data data = {.nr = number, .arch = AUDIT_ARCH_X86_64, .args = {first_argument}};
    return run(&data);
}

static const uint32_t traced = SECCOMP_RET_TRACE | SECCOMP_FILTER_MARK;

/* Nothing that leakwatch wants to know of, whatever its arguments. */
static bool is_ordinary(uint32_t number)
{
    return supervised_call_find(number) == CALL_NONE && number != __NR_seccomp;
}

Test(seccomp_filter, each_supervised_call_stops)
{
    for (int call = 0; call < SUPERVISED_CALLS; call++)
        cr_assert_eq(verdict((int)supervised_calls[call].number, 0), traced, "%s", supervised_calls[call].name);
}

Test(seccomp_filter, no_other_call_stops)
{
    for (int number = -1; number < 1024; number++)
        if (is_ordinary((uint32_t)number))
            cr_assert_eq(verdict(number, 1), SECCOMP_RET_ALLOW, "%d", number);
    cr_assert_eq(verdict(0x40000000 | __NR_mmap, 0), SECCOMP_RET_ALLOW); /* x32 */
}

Test(seccomp_filter, only_our_request_of_prctl_stops)
{
    cr_assert_eq(verdict(__NR_prctl, LW_REQUEST), traced);
    cr_assert_eq(verdict(__NR_prctl, PR_SET_NAME), SECCOMP_RET_ALLOW);
    cr_assert_eq(verdict(__NR_getppid, LW_REQUEST), SECCOMP_RET_ALLOW);
}

Test(seccomp_filter, what_a_program_confines_itself_with_stops)
{
    cr_assert_eq(verdict(__NR_prctl, PR_SET_SECCOMP), traced);
    cr_assert_eq(verdict(__NR_seccomp, SECCOMP_SET_MODE_STRICT), traced);
    cr_assert_eq(verdict(__NR_seccomp, SECCOMP_SET_MODE_FILTER), traced);
}

Test(seccomp_filter, what_makes_tasks_stops)
{
    cr_assert_eq(verdict(__NR_clone, CLONE_UNTRACED | CLONE_VM), traced);
    cr_assert_eq(verdict(__NR_clone, CLONE_VM | CLONE_VFORK | CLONE_THREAD), traced);
    cr_assert_eq(verdict(__NR_clone3, 0), traced);
    cr_assert_eq(verdict(__NR_fork, 0), traced);
    cr_assert_eq(verdict(__NR_vfork, 0), traced);
}

Test(seccomp_filter, other_architectures_pass)
{
    const struct seccomp_data data = {.nr = __NR_mmap, .arch = AUDIT_ARCH_I386};
    cr_assert_eq(run(&data), SECCOMP_RET_ALLOW);
}

/* ---- With wishes ------------------------------------------------------------------------------------------------------------ */

static uint32_t wish_verdict(const struct seccomp_filter_wishes *wishes, uint64_t number, uint64_t first, uint64_t second)
{
    struct sock_filter program[SECCOMP_FILTER_CAPACITY];
    const struct seccomp_data data = {.nr = (int)number, .arch = AUDIT_ARCH_X86_64, .args = {first, second}};

    return seccomp_verdict(program, seccomp_filter_build(wishes, program), &data);
}

static const struct seccomp_filter_wishes descriptors = {.descriptors = true};

Test(seccomp_filter, calls_that_open_descriptors_stop_if_wished)
{
    cr_assert_eq(wish_verdict(&descriptors, __NR_openat, 0, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_pipe2, 0, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_recvmsg, 0, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_close, 0, 0), SECCOMP_RET_ALLOW);
    cr_assert_eq(wish_verdict(&descriptors, __NR_read, 0, 0), SECCOMP_RET_ALLOW);
    cr_assert_eq(wish_verdict(&descriptors, __NR_mmap, 0, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_prctl, LW_REQUEST, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_prctl, PR_SET_NAME, 0), SECCOMP_RET_ALLOW);
}

Test(seccomp_filter, of_calls_with_many_faces_only_those_that_open_stop)
{
    cr_assert_eq(wish_verdict(&descriptors, __NR_fcntl, 3, F_DUPFD), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_fcntl, 3, F_DUPFD_CLOEXEC), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_fcntl, 3, F_GETFL), SECCOMP_RET_ALLOW);
    cr_assert_eq(wish_verdict(&descriptors, __NR_unshare, CLONE_FILES, 0), traced);
    cr_assert_eq(wish_verdict(&descriptors, __NR_unshare, CLONE_NEWNS, 0), SECCOMP_RET_ALLOW);
}

Test(seccomp_filter, any_calls_stop_if_wished)
{
    struct call_set calls;
    const struct seccomp_filter_wishes wishes = {.calls = &calls};

    call_set_clear(&calls);
    call_set_add(&calls, __NR_read);
    call_set_add(&calls, __NR_openat);
    for (unsigned number = 0; number < SYSCALL_TABLE_SIZE; number++)
        if (is_ordinary(number))
            cr_assert_eq(wish_verdict(&wishes, number, 1, 1), call_set_has(&calls, number) ? traced : SECCOMP_RET_ALLOW, "%u",
                         number);
}

/* ---- For a log of system calls --------------------------------------------------------------------------------------------- */

static uint32_t log_verdict(const struct call_set *set, uint32_t number, uint64_t first_argument)
{
    struct sock_filter program[SECCOMP_FILTER_CAPACITY];
    const struct seccomp_data data = {.nr = (int)number, .arch = AUDIT_ARCH_X86_64, .args = {first_argument}};

    return seccomp_verdict(program, call_filter_build(set, program), &data);
}

Test(call_filter, selects_just_the_set_and_what_executes)
{
    static const unsigned chosen[] = {0, 1, 2, 17, 257, 1023};
    struct call_set set;

    call_set_clear(&set);
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        call_set_add(&set, chosen[i]);
    for (uint32_t number = 0; number < 1024; number++) {
        const bool wanted = call_set_has(&set, number) || number == __NR_execve || number == __NR_execveat;
        cr_assert_eq(log_verdict(&set, number, 0), wanted ? traced : SECCOMP_RET_ALLOW, "%u", number);
    }
}

Test(call_filter, has_room_for_every_other_call)
{
    struct sock_filter program[SECCOMP_FILTER_CAPACITY];
    struct call_set set;

    call_set_clear(&set);
    for (unsigned number = 0; number < 1024; number += 2)
        call_set_add(&set, number);
    cr_assert_leq(call_filter_build(&set, program), SECCOMP_FILTER_CAPACITY);
    cr_assert_eq(log_verdict(&set, 1022, 0), traced);
    cr_assert_eq(log_verdict(&set, 1021, 0), SECCOMP_RET_ALLOW);
}

Test(call_filter, what_is_of_another_abi_stops)
{
    struct sock_filter program[SECCOMP_FILTER_CAPACITY];
    const struct seccomp_data data = {.nr = __NR_getppid, .arch = AUDIT_ARCH_I386};
    struct call_set set;

    call_set_clear(&set);
    cr_assert_eq(log_verdict(&set, 0x40000000 | __NR_getppid, 0), traced);
    cr_assert_eq(log_verdict(&set, UINT32_MAX, 0), traced);
    cr_assert_eq(seccomp_verdict(program, call_filter_build(&set, program), &data), traced);
}

Test(call_filter, untraced_clones_stop)
{
    struct call_set set;

    call_set_clear(&set);
    cr_assert_eq(log_verdict(&set, __NR_clone, CLONE_UNTRACED), traced);
    cr_assert_eq(log_verdict(&set, __NR_clone, CLONE_VM), SECCOMP_RET_ALLOW);
}
