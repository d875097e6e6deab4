/* SPDX-License-Identifier: MIT
 * An audit of real time, on trees that are one thing different from a machine and a process that keep time well. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assert_known.h"
#include "limits/cpu_list.h"
#include "limits/look.h"
#include "watching.h"

/* Of four processors two are set apart. The thread is one of SCHED_FIFO, priority 50, on one of these. */
static void write_thread(int tid, int priority, int policy, const char *cpus)
{
    char path[64], text[256];

    snprintf(path, sizeof path, "proc/100/task/%d/stat", tid);
    snprintf(text, sizeof text,
             "%d (t) e (s)t) S 1 100 100 0 -1 4194304 5 0 7 0 1 2 0 0 -51 0 3 0 12345 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 3 %d %d 0\n",
             tid, priority, policy);
    tree_write(path, text);
    snprintf(path, sizeof path, "proc/100/task/%d/status", tid);
    snprintf(text, sizeof text, "Name:\tapp\nCpus_allowed:\tf\nCpus_allowed_list:\t%s\nMems_allowed_list:\t0\n", cpus);
    tree_write(path, text);
}

static void set_kernel(const char *name, const char *value)
{
    char path[64];

    snprintf(path, sizeof path, "proc/sys/kernel/%s", name);
    tree_write(path, value);
}

/* Without the bytes of zero that tree_write() cannot write. */
static void write_latency(int32_t latency)
{
    tree_write("dev/cpu_dma_latency", "");
    const int file = openat(files.root, "dev/cpu_dma_latency", O_WRONLY);

    cr_assert_eq(write(file, &latency, sizeof latency), (ssize_t)sizeof latency);
    close(file);
}

static void write_well_set_machine(void)
{
    set_kernel("version", "#1 SMP PREEMPT_RT Mon Jan 1 00:00:00 UTC 2026\n");
    set_kernel("sched_rt_runtime_us", "-1\n");
    set_kernel("sched_rt_period_us", "1000000\n");
    set_kernel("timer_migration", "0\n");
    set_kernel("nmi_watchdog", "0\n");
    set_kernel("numa_balancing", "0\n");
    tree_set_vm("stat_interval", "10\n");
    tree_set_vm("overcommit_memory", "2\n");
    tree_write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
    tree_write("sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "1\n");
    tree_write("sys/devices/system/cpu/online", "0-3\n");
    tree_write("sys/devices/system/cpu/isolated", "2-3\n");
    tree_write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    tree_write("sys/devices/system/cpu/cpuidle/current_driver", "intel_idle\n");
    tree_write("sys/devices/system/node/online", "0-1\n");
    write_latency(0);
}

static void write_well_made_process(void)
{
    write_thread(101, 50, SCHED_FIFO, "2");
    write_thread(102, 0, SCHED_OTHER, "0-3");
    tree_set_limit("Max locked memory", "unlimited");
    replace_status("VmLck", "VmLck:\t 1024 kB");
    tree_write("proc/100/smaps", "1000-101000 rw-p 00000000 00:00 0 \nRss: 1024 kB\nVmFlags: rd wr lo\n"
                                 "7000000-7001000 r--p 00000000 00:00 0 [vvar]\nRss: 0 kB\nVmFlags: rd\n");
}

static void audit_begin(void)
{
    watching_begin();
    settings.checks.realtime = true;
    write_well_set_machine();
    write_well_made_process();
}

TestSuite(realtime, .init = audit_begin, .fini = watching_end);

static void found(const char *id, enum finding_severity severity, const char *numbers)
{
    look_afresh();
    const struct limit_finding *finding = find(id);

    cr_assert_not_null(finding, "%s is not found", id);
    cr_assert_eq(finding->severity, severity);
    cr_assert_not_null(strstr(finding->numbers, numbers), "%s: %s", id, finding->numbers);
}

static void not_found(const char *id)
{
    look_afresh();
    cr_assert_null(find(id), "%s is found", id);
}

/* How many findings of an audit there are. */
static size_t count_audited(const struct finding_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += strncmp(list->items[i].id, "rt.", 3) == 0;
    return count;
}

Test(realtime, all_is_well)
{
    look();
    cr_assert_eq(count_audited(&report.machine.findings), 0);
    cr_assert_eq(count_audited(&report.processes[0].findings), 0);
}

Test(realtime, nothing_is_audited_unasked)
{
    settings.checks.realtime = false;
    set_kernel("sched_rt_runtime_us", "950000\n");
    write_thread(101, 99, SCHED_FIFO, "0-3");
    look_afresh();
    cr_assert_eq(count_audited(&report.machine.findings) + count_audited(&report.processes[0].findings), 0);
}

Test(realtime, every_check_has_its_texts)
{
    for (size_t i = 0; i < realtime_check_count; i++) {
        const struct check_row *row = &realtime_check_table[i];
        cr_assert(*row->meaning && *row->formula && *row->remedy);
        cr_assert_str_eq(realtime_check_remedy(row->id), row->remedy);
    }
}

/* ---- The machine ---- */

Test(realtime, the_kernel)
{
    set_kernel("version", "#1 SMP PREEMPT_DYNAMIC Mon Jan 1 00:00:00 UTC 2026\n");
    found("rt.kernel", FINDING_WARNING, "no PREEMPT_RT");
    tree_write("sys/kernel/realtime", "1\n");
    not_found("rt.kernel");
}

Test(realtime, throttling)
{
    set_kernel("sched_rt_runtime_us", "950000\n");
    found("rt.throttling", FINDING_WARNING, "at most 950000 us in each 1000000 us");
}

Test(realtime, a_group_that_may_have_no_real_time_threads)
{
    tree_write("proc/100/cgroup", "3:cpu,cpuacct:/a\n0::/\n");
    tree_write("proc/self/mountinfo", "30 22 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
    tree_write("sys/fs/cgroup/cpu/a/cpu.rt_runtime_us", "0\n");
    found("rt.throttling", FINDING_WARNING, "cpu.rt_runtime_us=0");
    tree_write("sys/fs/cgroup/cpu/a/cpu.rt_runtime_us", "100\n");
    not_found("rt.throttling");
}

Test(realtime, swap)
{
    tree_write("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda2 partition 1000 0 -2\n");
    found("rt.swap", FINDING_WARNING, "vm.swappiness=60, 1 swap area");
    tree_set_vm("swappiness", "10\n");
    not_found("rt.swap");
    replace_status("VmSwap", "VmSwap:\t 4 kB");
    found("rt.swap", FINDING_WARNING, "4 KiB in swap");
}

Test(realtime, huge_pages)
{
    tree_write("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    found("rt.thp", FINDING_NOTE, "enabled is always");
    tree_write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    found("rt.thp", FINDING_NOTE, "enabled is madvise, khugepaged/defrag 1");
    tree_write("sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "0\n");
    not_found("rt.thp");
}

Test(realtime, balancing_between_nodes)
{
    set_kernel("numa_balancing", "1\n");
    found("rt.numa-balancing", FINDING_NOTE, "2 nodes");
    tree_write("sys/devices/system/node/online", "0\n");
    not_found("rt.numa-balancing");
}

Test(realtime, governors)
{
    tree_write("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "powersave\n");
    found("rt.governor", FINDING_NOTE, "1 of 2 with another governor than performance, such as powersave");
}

Test(realtime, states_of_idleness)
{
    write_latency(REALTIME_LATENCY_NONE_US);
    found("rt.cstates", FINDING_NOTE, "nobody asks");
    tree_write("sys/devices/system/cpu/cpuidle/current_driver", "none\n");
    not_found("rt.cstates");
}

Test(realtime, what_interrupts)
{
    set_kernel("timer_migration", "1\n");
    set_kernel("nmi_watchdog", "1\n");
    tree_set_vm("stat_interval", "1\n");
    tree_set_vm("overcommit_memory", "0\n");
    found("rt.timer-migration", FINDING_NOTE, "kernel.timer_migration=1");
    found("rt.nmi-watchdog", FINDING_NOTE, "kernel.nmi_watchdog=1");
    found("rt.stat-interval", FINDING_NOTE, "vm.stat_interval=1");
    found("rt.overcommit", FINDING_NOTE, "vm.overcommit_memory=0");
}

Test(realtime, what_is_missing_or_nonsense_is_no_finding)
{
    static const char *const paths[] = {"sched_rt_runtime_us", "timer_migration", "nmi_watchdog", "numa_balancing"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        set_kernel(paths[i], i % 2 ? "" : "x\n");
    tree_write("sys/devices/system/cpu/online", "0-,9\n");
    tree_write("sys/devices/system/cpu/isolated", "nonsense\n");
    tree_write("dev/cpu_dma_latency", "abc");
    tree_remove("sys/kernel/mm/transparent_hugepage/enabled");
    look_afresh();
    cr_assert_eq(count_audited(&report.machine.findings), 0);
}

/* ---- A process ---- */

Test(realtime, no_real_time_thread)
{
    write_thread(101, 0, SCHED_OTHER, "2");
    found("rt.policy", FINDING_NOTE, "no thread of SCHED_FIFO");
}

Test(realtime, the_highest_priority)
{
    write_thread(101, 99, SCHED_FIFO, "2");
    found("rt.policy", FINDING_NOTE, "SCHED_FIFO, priority 99");
    cr_assert_str_eq(find("rt.policy")->subject, "thread 101 (t) e (s)t)");
}

Test(realtime, both_policies_at_one_priority)
{
    write_thread(103, 50, SCHED_RR, "3");
    found("rt.policy", FINDING_NOTE, "SCHED_RR and SCHED_FIFO at priority 50");
    write_thread(103, 51, SCHED_RR, "3");
    not_found("rt.policy");
}

Test(realtime, several_processors)
{
    write_thread(101, 50, SCHED_FIFO, "2-3");
    found("rt.affinity", FINDING_NOTE, "processors 2-3");
}

Test(realtime, a_processor_that_others_use)
{
    write_thread(101, 50, SCHED_FIFO, "1");
    found("rt.affinity", FINDING_NOTE, "processor 1; set apart are 2-3");
    tree_write("sys/devices/system/cpu/isolated", "\n");
    not_found("rt.affinity");
}

Test(realtime, limits_of_the_process)
{
    tree_write("proc/100/limits", "Max realtime priority     0                    0                    \n"
                                  "Max locked memory         65536                65536                bytes     \n"
                                  "Max realtime timeout      1000                 unlimited            us        \n");
    look_afresh();
    cr_assert_eq(count_audited(&report.processes[0].findings), 3);
    cr_assert_str_eq(find("rt.rlimits")->subject, "RLIMIT_RTPRIO");
    replace_status("CapEff", "CapEff:\t0000000000804000"); /* CAP_SYS_NICE, CAP_IPC_LOCK */
    look_afresh();
    cr_assert_eq(count_audited(&report.processes[0].findings), 1);
    cr_assert_str_eq(find("rt.rlimits")->subject, "RLIMIT_RTTIME");
}

Test(realtime, memory_that_is_not_locked)
{
    replace_status("VmLck", "VmLck:\t 0 kB");
    found("rt.mlockall-missing", FINDING_ERROR, "VmLck 0");
    write_thread(101, 0, SCHED_OTHER, "2");
    not_found("rt.mlockall-missing");
}

Test(realtime, memory_of_which_a_part_is_not_locked)
{
    tree_write("proc/100/smaps", "1000-101000 rw-p 00000000 00:00 0 \nRss: 1024 kB\nVmFlags: rd wr lo\n"
                                 "200000-300000 rw-p 00000000 00:00 0 \nRss: 0 kB\nVmFlags: rd wr\n"
                                 "400000-500000 ---p 00000000 00:00 0 \nRss: 0 kB\nVmFlags: \n");
    found("rt.mlockall-missing", FINDING_WARNING, "1 MiB of mappings not locked");
}

Test(realtime, memory_that_may_be_merged)
{
    tree_write("proc/100/smaps", "1000-101000 rw-p 00000000 00:00 0 \nRss: 1024 kB\nVmFlags: rd wr lo mg\n");
    found("rt.ksm", FINDING_WARNING, "1 MiB of mappings mergeable");
}

/* ---- Lists of processors ---- */

Test(cpu_list, ranges)
{
    assert_known(cpu_list_count("0-3,8\n"), 5);
    assert_known(cpu_list_count(""), 0);
    assert_unknown(cpu_list_count("3-1"));
    assert_unknown(cpu_list_count("0-3,x"));
    assert_unknown(cpu_list_count("0-99999999999999999999"));
    cr_assert(cpu_list_has("0-3,8", 8) && cpu_list_has("0-3,8", 2));
    cr_assert_not(cpu_list_has("0-3,8", 4));
    cr_assert(cpu_list_covers("2-3", "3"));
    cr_assert_not(cpu_list_covers("2-3", "1-3"));
}
