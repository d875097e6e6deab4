/* SPDX-License-Identifier: MIT */
#include "tracer/kernel/proc_status.h"

#include <criterion/criterion.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

Test(proc_status, numbers_of_fields)
{
    cr_assert_eq(proc_status_number(getpid(), "PPid", -1), getppid());
    cr_assert_eq(proc_status_number(getpid(), "Tgid", -1), getpid());
    cr_assert_eq(proc_status_number(getpid(), "NoSuchField", -7), -7);
    cr_assert_eq(proc_status_number(0x7fffffff, "PPid", -7), -7);
}

Test(proc_status, a_name_is_no_field)
{
    prctl(PR_SET_NAME, "PPid:\t4321");
    cr_assert_eq(proc_status_number(getpid(), "PPid", -1), getppid());
}

Test(proc_status, words_are_looked_for_in_their_line)
{
    cr_assert(proc_status_lists(getpid(), "State", "running"));
    cr_assert_not(proc_status_lists(getpid(), "State", "Tgid"));
    cr_assert_not(proc_status_lists(getpid(), "NoSuchField", ""));
}

Test(proc_status, the_last_field_is_read)
{
    cr_assert_gt(proc_status_number(getpid(), "voluntary_ctxt_switches", -1), -1);
    cr_assert_gt(proc_status_number(getpid(), "nonvoluntary_ctxt_switches", -1), -1);
}

Test(proc_status, zombies_have_ended)
{
    siginfo_t information;
    const pid_t child = fork();

    if (child == 0)
        _exit(0);
    cr_assert_eq(waitid(P_PID, (id_t)child, &information, WEXITED | WNOWAIT), 0);
    cr_assert(proc_status_has_ended(child));
    cr_assert_not(proc_status_has_ended(getpid()));
    cr_assert_eq(waitpid(child, NULL, 0), child);
}

Test(proc_status, ids_are_the_effective_ones)
{
    const struct proc_ids ids = proc_status_ids(getpid());

    cr_assert_eq(ids.effective_uid, geteuid());
    cr_assert_eq(ids.effective_gid, getegid());
    cr_assert_eq(proc_status_inner_pid(0x7fffffff), 0);
}
