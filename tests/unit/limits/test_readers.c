/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>

#include "assert_known.h"
#include "limits/field_table.h"
#include "limits/look.h"
#include "limits/process_list.h"
#include "tree.h"

/* ---- Tables of fields ---- */

struct fields {
    struct known size, count, mask, profit;
};
static const struct field fields[] = {
    {"Size", offsetof(struct fields, size), FIELD_KIB},
    {"count", offsetof(struct fields, count), FIELD_NUMBER},
    {"Mask", offsetof(struct fields, mask), FIELD_HEX},
    {"profit", offsetof(struct fields, profit), FIELD_SIGNED},
};

static struct fields parse(const char *text)
{
    struct fields result = {0};

    field_table_parse(fields, 4, text, &result);
    return result;
}

Test(field_table, values_in_their_units)
{
    struct fields result = parse("Size:\t  12 kB\ncount 34\nMask:\t00ff\nprofit -5\n");

    assert_known(result.size, 12 * KIB);
    assert_known(result.count, 34);
    assert_known(result.mask, 0xff);
    assert_known(result.profit, (uint64_t)-5);
}

Test(field_table, what_is_odd_is_not_known)
{
    static const char *const odd[] = {"Size: 12\n",
                                      "Size: kB\n",
                                      "Size: -1 kB\n",
                                      "Size: 12 MB\n",
                                      "Size: 99999999999999999999 kB\n",
                                      "Size: 18446744073709551615 kB\n",
                                      "Sizes: 12 kB\n",
                                      "count 1x\n",
                                      "count\n",
                                      "count",
                                      "Mask: xyz\n",
                                      "",
                                      "\n\n",
                                      ":"};

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct fields result = parse(odd[i]);
        assert_unknown(result.size);
        assert_unknown(result.count);
        assert_unknown(result.mask);
    }
}

Test(field_table, of_two_lines_the_first_counts)
{
    assert_known(parse("count 1\ncount 2\n").count, 1);
}

Test(field_table, one_number_or_max)
{
    assert_known(field_number("12\n"), 12);
    assert_known(field_number("max\n"), KNOWN_UNLIMITED);
    assert_unknown(field_number("maximum\n"));
    assert_unknown(field_number("12 13\n"));
    assert_unknown(field_number(""));
}

/* ---- A process ---- */

Test(process, status)
{
    struct process_status status;

    process_status_parse("Name:\tmy app\\n\nUid:\t1000\t1001\t1000\t1000\nVmSize:\t  5000 kB\nVmLck:\t 4 kB\nThreads:\t7\n"
                         "CapEff:\t000001ffffffffff\n",
                         &status);
    cr_assert_str_eq(status.name, "my app\\n");
    assert_known(status.user, 1000);
    assert_known(status.size, 5000 * KIB);
    assert_known(status.locked, 4 * KIB);
    assert_known(status.threads, 7);
    assert_known(status.capabilities, 0x1ffffffffff);
    assert_unknown(status.resident);
}

Test(process, limits_that_are_numbers_unlimited_and_missing)
{
    struct resource_limits limits;

    resource_limits_parse("Limit                     Soft Limit           Hard Limit           Units     \n"
                          "Max data size             1048576              unlimited            bytes     \n"
                          "Max stack size            unlimited            unlimited            bytes     \n"
                          "Max locked memory         lots                 unlimited            bytes     \n",
                          &limits);
    assert_known(limits.data, MIB);
    assert_known(limits.stack, KNOWN_UNLIMITED);
    assert_unknown(limits.locked);
    assert_unknown(limits.address_space);
}

Test(process, stat_of_a_name_with_parentheses)
{
    struct process_stat stat;

    process_stat_parse("7 (a) D (b) R 1 7 7 0 -1 4194304 500 0 9 0 1 2 0 0 20 0 1 0 12345 0\n", &stat);
    cr_assert_eq(stat.state, 'R');
    assert_known(stat.minor_faults, 500);
    assert_known(stat.major_faults, 9);
    assert_known(stat.start_ticks, 12345);
    process_stat_parse("garbage", &stat);
    cr_assert_eq(stat.state, 0);
    assert_unknown(stat.minor_faults);
}

Test(process, smaps_by_mapping)
{
    static const char text[] = "1000-3000 rw-p 00000000 00:00 0                          [heap]\n"
                               "Size:                  8 kB\nRss:                   4 kB\nPss:                   4 kB\n"
                               "Private_Dirty:         4 kB\nAnonymous:             4 kB\nSwap:                  2 kB\n"
                               "Locked:                4 kB\nVmFlags: rd wr mr mw me lo ac mg\n"
                               "not-a-mapping\nRss:                 100 kB\n"
                               "5000-6000 r--p 00000000 08:01 5                          /lib/x.so\n"
                               "Rss:                   8 kB\nVmFlags: rd mr mw me\n";
    struct process_pages pages;

    process_pages_parse(text, sizeof text - 1, &pages);
    cr_assert_eq(pages.maps.count, 2);
    assert_known(pages.mappings[0].pages.resident, 4 * KIB);
    assert_known(pages.mappings[0].pages.swapped, 2 * KIB);
    assert_known(pages.mappings[0].pages.locked, 4 * KIB);
    cr_assert(pages.mappings[0].locked && pages.mappings[0].mergeable && !pages.mappings[0].locked_on_fault);
    assert_known(pages.mappings[1].pages.resident, 8 * KIB);
    assert_unknown(pages.mappings[1].pages.anonymous);
    cr_assert(!pages.mappings[1].locked && !pages.mappings[1].mergeable);
    process_pages_finish(&pages);
}

Test(process, a_mapping_that_is_not_understood_is_counted)
{
    static const char text[] = "9000-8000 rw-p 00000000 00:00 0\nRss: 4 kB\n5000-6000 r--p 00000000 08:01 5 /x\nRss: 8 kB\n";
    struct process_pages pages;

    process_pages_parse(text, sizeof text - 1, &pages);
    cr_assert_eq(pages.maps.count, 1);
    cr_assert_eq(pages.skipped, 1);
    assert_known(pages.mappings[0].pages.resident, 8 * KIB);
    process_pages_finish(&pages);
}

/* ---- The machine ---- */

Test(machine, zones_are_summed_without_those_of_processors)
{
    struct zone_sums zones;

    zone_sums_parse(
        "Node 0, zone      DMA\n  per-node stats\n      nr_free_cma  0\n  pages free     100\n        boost    0\n"
        "        min      10\n        low      20\n        high     30\n  pagesets\n    cpu: 0\n              count: 7\n"
        "              high:  999\n              batch: 1\nNode 0, zone   Normal\n  pages free     1000\n        min      1\n"
        "        low      2\n        high     3\n",
        &zones);
    assert_known(zones.free, 1100 * 4096);
    assert_known(zones.min, 11 * 4096);
    assert_known(zones.low, 22 * 4096);
    assert_known(zones.high, 33 * 4096);
}

Test(machine, swap_areas)
{
    struct swap_areas areas;

    swap_areas_parse("Filename\tType\tSize\tUsed\tPriority\n/swap\\040file  file  \t1024\t512\t-2\n/dev/sda2 partition 2048 0 -3\n",
                     &areas);
    assert_known(areas.count, 2);
    assert_known(areas.size, 3072 * KIB);
    assert_known(areas.used, 512 * KIB);
    swap_areas_parse("Filename\tType\tSize\tUsed\tPriority\n", &areas);
    assert_known(areas.count, 0);
    swap_areas_parse("", &areas);
    assert_unknown(areas.count);
}

Test(machine, pressure)
{
    struct pressure pressure;

    pressure_parse("some avg10=1.00 avg60=12.34 avg300=0.00 total=1020000\nfull avg10=0.00 avg60=0.50 avg300=0.00 total=680000\n",
                   &pressure);
    assert_known(pressure.some.average, 1234);
    assert_known(pressure.some.total_us, 1020000);
    assert_known(pressure.full.average, 50);
    assert_known(pressure.full.total_us, 680000);
    pressure_parse("some avg60=x total=y\n", &pressure);
    assert_unknown(pressure.some.average);
    assert_unknown(pressure.some.total_us);
}

Test(machine, the_chosen_word)
{
    char word[CHOSEN_WORD_SIZE];

    chosen_word_parse("always [madvise] never\n", word);
    cr_assert_str_eq(word, "madvise");
    chosen_word_parse("always madvise never\n", word);
    cr_assert_str_eq(word, "");
    chosen_word_parse("[a-word-that-is-much-too-long] never\n", word);
    cr_assert_str_eq(word, "");
}

Test(machine, all_of_a_tree, .init = tree_begin, .fini = tree_end)
{
    struct machine_look look;

    tree_write_machine();
    tree_write("sys/kernel/mm/ksm/run", "1\n");
    tree_write("sys/kernel/mm/ksm/general_profit", "-106432\n");
    machine_look_read(&files, &look);
    assert_known(look.memory.total, 8192 * MIB);
    assert_known(look.settings.user_reserve, 128 * MIB);
    assert_known(look.settings.max_map_count, 65530);
    assert_known(look.tasks, 200);
    assert_known(look.realtime, 0);
    assert_known(look.merging.run, 1);
    assert_known(look.merging.profit, (uint64_t)-106432);
    assert_unknown(look.merging.full_scans);
}

Test(machine, a_kernel_for_real_time, .init = tree_begin, .fini = tree_end)
{
    tree_write("proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian 6.1.99-1\n");
    assert_known(kernel_is_realtime(&files), 1);
    tree_write("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC\n");
    assert_known(kernel_is_realtime(&files), 0);
    tree_write("sys/kernel/realtime", "1\n");
    assert_known(kernel_is_realtime(&files), 1);
    tree_remove("sys/kernel/realtime");
    tree_remove("proc/sys/kernel/version");
    assert_unknown(kernel_is_realtime(&files));
}

Test(machine, an_empty_tree_is_nothing_known, .init = tree_begin, .fini = tree_end)
{
    struct machine_look look;

    machine_look_read(&files, &look);
    assert_unknown(look.memory.total);
    assert_unknown(look.settings.overcommit_memory);
    assert_unknown(look.pressure.some.total_us);
    assert_unknown(look.tasks);
    cr_assert_gt(files.unread_count, 10);
}

/* ---- One look ---- */

Test(look, a_process_of_a_tree, .init = tree_begin, .fini = tree_end)
{
    struct process_look look;

    tree_write_machine();
    tree_write_process();
    tree_link("proc/100/ns/user", "user:[4026531837]");
    tree_write("proc/100/smaps_rollup", "400000-ffffffffff601000 ---p 00000000 00:00 0 [rollup]\nRss: 20 kB\nPss: 10 kB\n");
    cr_assert_eq(process_look_read(&files, TREE_PID, &look), 0);
    process_look_count_mappings(&files, &look);
    process_look_read_pages(&files, &look);
    assert_known(look.mappings, 2); /* but for [vsyscall] */
    assert_known(look.oom_score, 666);
    assert_known(look.oom_adjustment, 0);
    assert_known(look.initial_namespace, 1);
    assert_known(look.pages.proportional, 10 * KIB);
    assert_known(look.stat.start_ticks, 12345);
    process_look_finish(&look);
}

Test(look, no_such_process, .init = tree_begin, .fini = tree_end)
{
    struct process_look look;

    cr_assert_eq(process_look_read(&files, 4711, &look), -ESRCH);
    process_look_finish(&look);
}

Test(look, capabilities_of_a_user_namespace_do_not_count, .init = tree_begin, .fini = tree_end)
{
    struct process_look look;

    tree_write_process();
    tree_write("proc/100/status", "Name:\tapp\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n");
    tree_link("proc/100/ns/user", "user:[4026532000]");
    process_look_read(&files, TREE_PID, &look);
    cr_assert_not(process_look_capable(&look, 14));
    process_look_finish(&look);
    tree_remove("proc/100/ns/user");
    process_look_read(&files, TREE_PID, &look);
    cr_assert(process_look_capable(&look, 14));
    process_look_finish(&look);
}

Test(process_list, threads_of_a_user, .init = tree_begin, .fini = tree_end)
{
    struct process_list list;

    tree_write("proc/1/status", "Name:\tinit\nUid:\t0\t0\t0\t0\nThreads:\t1\n");
    tree_write("proc/20/status", "Name:\ta\nUid:\t1000\t0\t0\t0\nThreads:\t3\nVmRSS:\t8 kB\n");
    tree_write("proc/21/status", "Name:\tb\nUid:\t1000\t1000\t1000\t1000\nThreads:\t4\n");
    tree_write("proc/22/status", "");
    tree_write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nThreads:\t9\n");
    process_list_read(&files, &list);
    cr_assert_eq(list.count, 3);
    cr_assert_eq(process_list_threads(&list, 1000), 7);
    process_list_finish(&list);
}
