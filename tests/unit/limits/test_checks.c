/* SPDX-License-Identifier: MIT
 * Each check finds what it is for, on trees that are one thing different from a machine and a process that are well. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "assert_known.h"
#include "watching.h"

TestSuite(checks, .init = watching_begin, .fini = watching_end);

Test(checks, all_is_well)
{
    look();
    cr_assert_eq(limits_report_count(&report, FINDING_NOTE), 0);
    cr_assert_eq(report.process_count, 1);
    cr_assert_str_eq(report.processes[0].name, "app");
}

Test(checks, every_check_has_its_texts_and_ids_are_unique)
{
    for (size_t i = 0; i < check_count; i++) {
        cr_assert(*check_table[i].meaning && *check_table[i].formula && *check_table[i].remedy);
        for (size_t k = 0; k < i; k++)
            cr_assert_str_neq(check_table[i].id, check_table[k].id);
    }
}

/* ---- Limits ---- */

Test(checks, address_space_nearly_used_up)
{
    tree_set_limit("Max address space", "146800640"); /* 140 MiB, of which 40 are left */
    look();
    assert_found("limit.address-space", FINDING_WARNING, "40 MiB of RLIMIT_AS 140 MiB");
}

Test(checks, enough_address_space)
{
    tree_set_limit("Max address space", "209715200");
    look();
    cr_assert_null(find("limit.address-space"));
}

Test(checks, address_space_used_up)
{
    tree_set_limit("Max address space", "104857600");
    look();
    assert_found("limit.address-space", FINDING_ERROR, "0 bytes of RLIMIT_AS");
}

Test(checks, a_request_that_would_be_refused)
{
    tree_set_limit("Max data size", "209715200"); /* 160 MiB left */
    settings.checks.request = 161 * MIB;
    look();
    assert_found("limit.data", FINDING_ERROR, "160 MiB of RLIMIT_DATA");
}

Test(checks, warnings_where_the_user_wants_them)
{
    tree_set_limit("Max data size", "82000000");
    settings.checks.warn_percent = 60;
    look();
    cr_assert_null(find("limit.data")); /* 51% */
    settings.checks.warn_percent = 50;
    look_afresh();
    assert_found("limit.data", FINDING_WARNING, "RLIMIT_DATA");
}

Test(checks, the_main_stack)
{
    replace_status("VmStk", "VmStk:\t 7168 kB");
    look();
    assert_found("limit.stack", FINDING_WARNING, "7 MiB of 8 MiB");
}

Test(checks, locked_memory)
{
    replace_status("VmLck", "VmLck:\t 8192 kB");
    look();
    assert_found("limit.memlock", FINDING_ERROR, "8 MiB of 8 MiB");
}

Test(checks, locked_memory_without_limit_for_who_may)
{
    replace_status("VmLck", "VmLck:\t 8192 kB");
    replace_status("CapEff", "CapEff:\t0000000000004000");
    look();
    cr_assert_null(find("limit.memlock"));
}

Test(checks, locked_and_not_resident)
{
    replace_status("VmLck", "VmLck:\t 1024 kB");
    tree_write("proc/100/smaps", "1000-101000 rw-p 00000000 00:00 0 \nRss: 8 kB\nVmFlags: rd wr lo lf\n"
                                 "200000-300000 ---p 00000000 00:00 0 \nRss: 0 kB\nVmFlags: lo\n");
    look();
    assert_found("mlock.not-resident", FINDING_NOTE, "1016 KiB of 1 MiB locked are not resident (1016 KiB locked on fault)");
}

Test(checks, locked_and_not_resident_although_not_on_fault)
{
    replace_status("VmLck", "VmLck:\t 1024 kB");
    tree_write("proc/100/smaps", "1000-101000 rw-p 00000000 00:00 0 \nRss: 1020 kB\nVmFlags: rd wr lo\n");
    look();
    assert_found("mlock.not-resident", FINDING_WARNING, "4 KiB of 1 MiB locked are not resident (0 bytes locked on fault)");
}

Test(checks, mappings_and_who_has_them)
{
    tree_set_vm("max_map_count", "8\n");
    tree_write("proc/100/smaps", "1000-2000 r--p 00000000 08:01 5 /x\nRss: 4 kB\n2000-3000 r--p 00000000 08:01 5 /x\nRss: 4 kB\n");
    look();
    assert_found("limit.maps", FINDING_ERROR, "2 of 8 mappings (vm.max_map_count); most: 2 file /x");
}

Test(checks, threads_of_the_user)
{
    tree_set_limit("Max processes", "3");
    look();
    assert_found("limit.processes", FINDING_ERROR, "3 of 3 threads");
}

Test(checks, threads_of_the_machine)
{
    tree_write("proc/sys/kernel/pid_max", "220\n");
    look();
    assert_found("system.tasks", FINDING_WARNING, "200 of 220 threads (kernel.pid_max)");
}

/* ---- Overcommit ---- */

Test(checks, strict_overcommit_with_little_left)
{
    tree_set_vm("overcommit_memory", "2\n");
    tree_write("proc/meminfo",
               "MemTotal: 8388608 kB\nMemAvailable: 6291456 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\nCommitLimit: 4194304 kB\n"
               "Committed_AS: 4000000 kB\n");
    look();
    const struct limit_finding *finding = find_in(&report.processes[0].findings, "commit.strict");
    cr_assert(finding && finding->severity == FINDING_WARNING);
    cr_assert(strstr(finding->numbers, "3.1 MiB for users, 8 MiB for root"), "%s", finding->numbers);
    cr_assert_not_null(find_in(&report.machine.findings, "commit.strict"));
}

Test(checks, strict_overcommit_and_a_fork_that_does_not_fit)
{
    tree_set_vm("overcommit_memory", "2\n");
    replace_status("VmData", "VmData:\t 4000000 kB");
    look();
    assert_found("commit.fork", FINDING_WARNING, "fork has to commit 3.8 GiB again");
}

Test(checks, heuristic_overcommit_and_a_request_for_more_than_there_is)
{
    settings.checks.request = 8193 * MIB;
    look();
    assert_found("commit.request", FINDING_ERROR, "more than memory and swap, 8 GiB");
}

Test(checks, always_overcommit_refuses_nothing)
{
    tree_set_vm("overcommit_memory", "1\n");
    settings.checks.request = 8193 * MIB;
    look();
    cr_assert_null(find("commit.request"));
}

/* ---- Control groups ---- */

Test(checks, a_group_near_its_limit)
{
    write_group("62914560\n", "60817408\n"); /* 60 and 58 MiB */
    tree_write("sys/fs/cgroup/a/memory.stat", "active_file 0\ninactive_file 1048576\n");
    look();
    assert_found("cgroup.limit", FINDING_WARNING, "limit 60 MiB, used 58 MiB: 3 MiB until the OOM killer");
    cr_assert_str_eq(find("cgroup.limit")->subject, "/a");
}

Test(checks, a_group_at_the_share_that_the_user_wants)
{
    write_group("1073741824\n", "644245094\n"); /* 60% of 1 GiB */
    look();
    cr_assert_null(find("cgroup.limit"));
    settings.checks.warn_percent = 50;
    look_afresh();
    assert_found("cgroup.limit", FINDING_WARNING, "limit 1 GiB");
}

Test(checks, a_group_that_is_slowed_down)
{
    write_group("max\n", "60817408\n");
    tree_write("sys/fs/cgroup/a/memory.high", "52428800\n");
    tree_write("sys/fs/cgroup/a/memory.events", "high 120\nmax 0\noom_kill 0\n");
    look();
    assert_found("cgroup.high", FINDING_WARNING, "used 58 MiB of memory.high 50 MiB; throttled 120 times so far");
}

Test(checks, a_group_with_little_swap)
{
    write_group("max\n", "4096\n");
    tree_write("sys/fs/cgroup/a/memory.swap.max", "1000000\n");
    tree_write("sys/fs/cgroup/a/memory.swap.current", "950000\n");
    look();
    assert_found("cgroup.swap", FINDING_WARNING, "of 976.6 KiB swap");
}

Test(checks, an_oom_kill_between_two_looks_is_an_error)
{
    write_group("max\n", "4096\n");
    tree_write("sys/fs/cgroup/a/memory.events", "high 0\nmax 5\noom_kill 1\n");
    look_at(0);
    tree_write("sys/fs/cgroup/a/memory.events", "high 0\nmax 9\noom_kill 2\n");
    look_at(1);
    watch_finish(watch, &report);
    assert_found("cgroup.events", FINDING_ERROR, "limit met 4 times, OOM kills 1, since the first look");
}

Test(checks, events_of_long_ago_are_no_error)
{
    write_group("max\n", "4096\n");
    tree_write("sys/fs/cgroup/a/memory.events", "high 0\nmax 5\noom_kill 0\n");
    look();
    assert_found("cgroup.events", FINDING_NOTE, "limit met 5 times");
}

Test(checks, a_frozen_group)
{
    tree_write("proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    tree_write("proc/100/cgroup", "4:memory:/a\n");
    tree_write("proc/100/stat", "100 (app) D 1 100 100 0 -1 4194304 500 0 7 0 1 2 0 0 20 0 3 0 12345 0 0\n");
    tree_write("proc/100/wchan", "mem_cgroup_oom_synchronize");
    tree_write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "4096\n");
    tree_write("sys/fs/cgroup/memory/a/memory.oom_control", "oom_kill_disable 1\nunder_oom 1\noom_kill 0\n");
    look();
    assert_found("cgroup.stuck", FINDING_ERROR, "oom_kill_disable 1, under_oom 1, the process is in state D");
}

Test(checks, a_group_that_is_not_to_be_seen)
{
    tree_write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    tree_write("proc/100/cgroup", "0::/../x\n");
    look();
    assert_found("cgroup.unseen", FINDING_NOTE, "not known");
}

Test(checks, tasks_of_a_group)
{
    write_group("max\n", "4096\n");
    tree_write("sys/fs/cgroup/a/pids.max", "10\n");
    tree_write("sys/fs/cgroup/a/pids.current", "9\n");
    look();
    assert_found("cgroup.tasks", FINDING_WARNING, "9 of 10 threads (cgroup pids)");
}

/* ---- The machine ---- */

Test(checks, a_machine_short_of_memory)
{
    tree_write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 100000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
    look();
    assert_found("system.available", FINDING_WARNING, "97.7 MiB of 8 GiB available");
}

Test(checks, free_pages_below_the_low_watermark)
{
    tree_write(
        "proc/zoneinfo",
        "Node 0, zone   Normal\n  pages free     12000\n        min      10000\n        low      12500\n        high     15000\n");
    look();
    assert_found("system.available", FINDING_WARNING, "low watermarks 48.8 MiB");
}

Test(checks, swap_counts_as_available)
{
    tree_write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 100000 kB\nSwapTotal: 8388608 kB\nSwapFree: 8388608 kB\n");
    look();
    cr_assert_null(find("system.available"));
}

Test(checks, the_first_choice_of_the_oom_killer)
{
    tree_write("proc/101/status", "Name:\tb\nUid:\t1\t1\t1\t1\nVmRSS:\t100 kB\nThreads:\t1\n");
    tree_write("proc/101/oom_score_adj", "0\n");
    look();
    assert_found("oom.rank", FINDING_NOTE, "oom_score_adj 0, number 1 of 2 processes");
}

Test(checks, most_of_the_memory_although_another_one_comes_first)
{
    replace_status("VmRSS", "VmRSS:\t 5000000 kB");
    tree_write("proc/101/status", "Name:\tb\nUid:\t1\t1\t1\t1\nVmRSS:\t100 kB\nThreads:\t1\n");
    tree_write("proc/101/oom_score_adj", "1000\n");
    look();
    assert_found("oom.rank", FINDING_WARNING, "59.60% of memory and swap, oom_score_adj 0, number 2 of 2 processes");
}

Test(checks, a_machine_that_panics)
{
    tree_set_vm("panic_on_oom", "2\n");
    look();
    assert_found("oom.policy", FINDING_WARNING, "vm.panic_on_oom=2: also when a control group");
}

Test(checks, the_oom_killer_takes_who_asks)
{
    tree_set_vm("oom_kill_allocating_task", "1\n");
    look();
    assert_found("oom.policy", FINDING_NOTE, "vm.oom_kill_allocating_task=1");
}

Test(checks, a_process_that_is_exempt)
{
    tree_write("proc/100/oom_score_adj", "-1000\n");
    look();
    assert_found("oom.policy", FINDING_NOTE, "oom_score_adj=-1000");
}

Test(checks, a_group_that_is_killed_as_a_whole)
{
    write_group("max\n", "4096\n");
    tree_write("sys/fs/cgroup/a/memory.oom.group", "1\n");
    look();
    assert_found("oom.policy", FINDING_NOTE, "memory.oom.group=1");
}

Test(checks, pressure_of_the_last_minute)
{
    tree_write("proc/pressure/memory",
               "some avg10=0.00 avg60=5.01 avg300=0.00 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    look();
    assert_found("pressure.memory", FINDING_WARNING, "stalled 5.01% of the time");
}

Test(checks, pressure_between_two_looks)
{
    look_at(0);
    tree_write("proc/pressure/memory",
               "some avg10=0.00 avg60=0.00 avg300=0.00 total=1020000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=680000\n");
    look_at(3);
    watch_finish(watch, &report);
    assert_found("pressure.memory", FINDING_WARNING, "stalled 34.00% of the time, all of it 22.66%");
}

Test(checks, swapped_memory)
{
    replace_status("VmSwap", "VmSwap:\t 1024 kB");
    look();
    assert_found("swap.target", FINDING_NOTE, "1 MiB in swap, 20 MiB resident; 7 major faults");
    replace_status("VmSwap", "VmSwap:\t 4096 kB");
    look_afresh();
    assert_found("swap.target", FINDING_WARNING, "4 MiB in swap");
}

Test(checks, growth_and_when_it_ends)
{
    char line[64];

    tree_set_limit("Max data size", "629145600"); /* 600 MiB, 560 of them left */
    for (unsigned i = 0; i < 20; i++) {
        snprintf(line, sizeof line, "VmRSS:\t %u kB", 20480 + i * 10240); /* 10 MiB in a minute */
        replace_status("VmRSS", line);
        look_at(i * 60);
    }
    watch_finish(watch, &report);
    assert_found("eta.limit", FINDING_WARNING, "grows by 10 MiB a minute; RLIMIT_DATA: 560 MiB left, then ENOMEM");
    cr_assert(strstr(find("eta.limit")->what, "in about 56 min"), "%s", find("eta.limit")->what);
}

/* ---- Merging ---- */

Test(checks, merging_that_does_not_pay)
{
    tree_write("sys/kernel/mm/ksm/run", "1\n");
    tree_write("sys/kernel/mm/ksm/full_scans", "3\n");
    tree_write("proc/100/ksm_stat", "ksm_rmap_items 1663\nksm_zero_pages 0\nksm_merging_pages 0\nksm_process_profit -106432\n");
    look();
    assert_found("ksm.unprofitable", FINDING_WARNING, "profit -106432 bytes; 1663 pages looked at, 0 merged");
}

Test(checks, merging_is_not_judged_before_two_scans)
{
    tree_write("sys/kernel/mm/ksm/full_scans", "1\n");
    tree_write("proc/100/ksm_stat", "ksm_rmap_items 1663\nksm_merging_pages 0\nksm_process_profit -106432\n");
    look();
    cr_assert_null(find("ksm.unprofitable"));
}

Test(checks, mergeable_but_nobody_merges)
{
    tree_write("sys/kernel/mm/ksm/run", "0\n");
    tree_write("proc/100/smaps", "1000-3000 rw-p 00000000 00:00 0 \nRss: 4 kB\nVmFlags: rd wr mg\n");
    look();
    assert_found("ksm.inactive", FINDING_NOTE, "8 KiB of mappings marked; /sys/kernel/mm/ksm/run is 0");
}

Test(checks, locked_and_mergeable)
{
    tree_write("sys/kernel/mm/ksm/run", "1\n");
    tree_write("proc/100/smaps", "1000-3000 rw-p 00000000 00:00 0 \nRss: 8 kB\nVmFlags: rd wr lo mg\n");
    look();
    assert_found("ksm.secret", FINDING_WARNING, "8 KiB of mappings");
}

Test(checks, merged_pages_hide_a_leak)
{
    tree_write("proc/100/smaps_rollup", "Rss: 17928 kB\nPss: 293 kB\nAnonymous: 16800 kB\nKSM: 16384 kB\n");
    look();
    assert_found("ksm.hides-leak", FINDING_NOTE, "16 MiB of 16.4 MiB anonymous memory merged: Pss 293 KiB");
}

Test(checks, merged_pages_that_are_written)
{
    tree_write("proc/100/ksm_stat", "ksm_rmap_items 10\nksm_merging_pages 10\nksm_process_profit 40000\n");
    look_at(0);
    tree_write("proc/vmstat", "cow_ksm 4096\n");
    look_at(1);
    watch_finish(watch, &report);
    assert_found("ksm.cow-churn", FINDING_WARNING, "4096 pages");
}

Test(checks, pages_that_change_too_often)
{
    tree_write("sys/kernel/mm/ksm/run", "1\n");
    tree_write("sys/kernel/mm/ksm/pages_volatile", "5000\n");
    look();
    assert_found("ksm.volatile", FINDING_NOTE, "5000 pages change, 0 saved");
}
