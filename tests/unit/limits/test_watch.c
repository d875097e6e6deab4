/* SPDX-License-Identifier: MIT
 * What several looks add up to. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "assert_known.h"
#include "watching.h"

TestSuite(watch, .init = watching_begin, .fini = watching_end);

Test(watch, each_limit_at_its_tightest)
{
    tree_set_limit("Max data size", "1073741824");
    look_at(0);
    replace_status("VmData", "VmData:\t 512000 kB");
    look_at(1);
    replace_status("VmData", "VmData:\t 4096 kB");
    look_at(2);
    watch_finish(watch, &report);
    const struct limits_subject *process = &report.processes[0];
    cr_assert_eq(process->looks, 3);
    for (size_t i = 0; i < process->limits.count; i++) {
        if (strcmp(process->limits.items[i].name, "RLIMIT_DATA") != 0)
            continue;
        assert_known(process->limits.items[i].used, 500 * MIB);
        cr_assert_eq(process->limits.items[i].at_ns, SECOND);
    }
}

Test(watch, of_one_finding_the_latest_numbers_and_the_first_time)
{
    replace_status("VmSwap", "VmSwap:\t 4096 kB");
    look_at(1);
    replace_status("VmSwap", "VmSwap:\t 8192 kB");
    look_at(2);
    replace_status("VmSwap", "VmSwap:\t 16 kB"); /* only a note */
    look_at(3);
    watch_finish(watch, &report);
    const struct limit_finding *finding = find("swap.target");
    cr_assert(finding && finding->severity == FINDING_WARNING);
    cr_assert(strstr(finding->numbers, "8 MiB in swap"), "%s", finding->numbers);
    cr_assert_eq(finding->at_ns, SECOND);
}

Test(watch, a_process_id_given_again_is_another_process)
{
    look_at(0);
    tree_write("proc/100/stat", "100 (app) S 1 100 100 0 -1 4194304 500 0 7 0 1 2 0 0 20 0 3 0 99999 0 0\n");
    look_at(1);
    watch_finish(watch, &report);
    cr_assert_eq(report.process_count, 2);
}

Test(watch, a_process_that_is_gone_changes_nothing)
{
    look_at(0);
    tree_remove("proc/100/status");
    cr_assert_eq(watch_process(watch, TREE_PID, SECOND, true), -ESRCH);
    watch_finish(watch, &report);
    cr_assert_eq(report.processes[0].looks, 1);
}

Test(watch, what_may_not_be_read_is_said)
{
    tree_write("proc/100/smaps/x", ""); /* a folder cannot be read */
    look();
    cr_assert_eq(report.processes[0].note_count, 1);
    cr_assert_str_eq(report.processes[0].notes[0], "/proc/100/smaps: Is a directory");
}

Test(watch, who_was_ended_by_the_oom_killer)
{
    write_group("62914560\n", "62914560\n");
    look_at(0);
    watch_ended(watch, 4711, true);
    watch_ended(watch, TREE_PID, true);
    watch_finish(watch, &report);
    const struct limit_finding *finding = find("oom.killed");
    cr_assert(finding && finding->severity == FINDING_ERROR);
    cr_assert_str_eq(finding->subject, "/a");
    cr_assert(strstr(finding->numbers, "cgroup memory /a: 60 MiB of 60 MiB used; most resident 20.5 MiB"), "%s", finding->numbers);
}

Test(watch, another_program_of_a_process_is_told_apart)
{
    look_at(0);
    watch_ended(watch, TREE_PID, false);
    look_at(1);
    watch_finish(watch, &report);
    cr_assert_eq(report.process_count, 2);
    cr_assert_eq(report.processes[0].looks, 1);
    cr_assert_eq(report.processes[1].first_ns, SECOND);
}

Test(watch, a_process_that_has_ended_is_not_looked_at)
{
    tree_write("proc/100/stat", "100 (app) Z 1 100 100 0 -1 4194304 500 0 7 0 1 2 0 0 20 0 3 0 12345 0 0\n");
    watch = watch_create(&settings);
    cr_assert_eq(watch_process(watch, TREE_PID, 0, true), -ECHILD);
    watch_finish(watch, &report);
    cr_assert_eq(report.process_count, 0);
}

/* There may be thousands of them. */
Test(watch, each_mapping_is_kept_of_the_process_that_came_nearest_to_a_limit)
{
    static const char smaps[] = "1000-2000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\n";

    tree_write("proc/100/smaps", smaps);
    look_at(0);
    watch_ended(watch, TREE_PID, false);
    tree_set_limit("Max data size", "1073741824");
    look_at(1);
    watch_ended(watch, TREE_PID, false);
    tree_set_limit("Max data size", "2147483648");
    look_at(2);
    watch_ended(watch, TREE_PID, false);
    watch_finish(watch, &report);
    cr_assert_eq(report.processes[0].mappings.count, 0);
    cr_assert_eq(report.processes[1].mappings.count, 1);
    cr_assert_eq(report.processes[2].mappings.count, 0);
    cr_assert_eq(report.processes[0].owners.count, 1);
    cr_assert(report.processes[1].in_full && !report.processes[0].in_full && !report.processes[2].in_full);
}

Test(watch, what_is_not_read_again_stays_said)
{
    tree_remove("proc/swaps");
    tree_write("proc/swaps/x", "");
    watch = watch_create(&settings);
    watch_machine(watch, 0);
    watch_machine(watch, 1); /* at once: the first look still holds */
    watch_finish(watch, &report);
    cr_assert_eq(report.machine.looks, 2);
    cr_assert_eq(report.machine.note_count, 1);
    cr_assert_str_eq(report.machine.notes[0], "/proc/swaps: Is a directory");
}
