/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>

#include "assert_known.h"
#include "limits/control_groups.h"
#include "limits/group_place.h"
#include "tree.h"

/* ---- Where the group is ---- */

#define V1_MOUNT "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
#define V2_MOUNT "41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:9 master:2 - cgroup2 cgroup2 rw,nsdelegate\n"

static void assert_place(const char *cgroup, const char *mountinfo, bool unified, const char *mount, const char *path)
{
    struct group_place place;

    group_place_parse(cgroup, mountinfo, "memory", &place);
    cr_assert(place.found);
    cr_assert_eq(place.unified, unified);
    cr_assert_str_eq(place.mount, mount);
    cr_assert_eq(place.outside, path == NULL);
    if (path)
        cr_assert_str_eq(place.path, path);
    group_place_finish(&place);
}

Test(group_place, version_1)
{
    assert_place("5:devices:/\n4:memory:/a/b\n0::/\n", V1_MOUNT, false, "sys/fs/cgroup/memory", "/a/b");
}

Test(group_place, version_1_with_several_controllers)
{
    assert_place("4:cpu,memory:/a\n", "1 2 0:1 / /mnt/x rw - cgroup cgroup rw,cpu,memory\n", false, "mnt/x", "/a");
}

Test(group_place, version_2)
{
    assert_place("0::/user.slice/app\n", V2_MOUNT, true, "sys/fs/cgroup", "/user.slice/app");
}

Test(group_place, the_top)
{
    assert_place("0::/\n", V2_MOUNT, true, "sys/fs/cgroup", "");
}

Test(group_place, of_both_versions_the_one_that_has_the_controller)
{
    assert_place("4:memory:/a\n0::/b\n", V1_MOUNT V2_MOUNT, false, "sys/fs/cgroup/memory", "/a");
    assert_place("4:cpu:/a\n0::/b\n", "1 2 0:1 / /c rw - cgroup cgroup rw,cpu\n" V2_MOUNT, true, "sys/fs/cgroup", "/b");
}

Test(group_place, a_part_of_the_hierarchy_is_mounted)
{
    assert_place("0::/docker/abc/x\n", "1 2 0:1 /docker/abc /sys/fs/cgroup rw - cgroup2 c rw\n", true, "sys/fs/cgroup", "/x");
    assert_place("0::/docker/abc\n", "1 2 0:1 /docker/abc /sys/fs/cgroup rw - cgroup2 c rw\n", true, "sys/fs/cgroup", "");
}

Test(group_place, a_name_that_begins_alike_is_not_below)
{
    assert_place("0::/docker/abcd\n", "1 2 0:1 /docker/abc /sys/fs/cgroup rw - cgroup2 c rw\n", true, "sys/fs/cgroup", NULL);
}

Test(group_place, outside_of_our_namespace)
{
    assert_place("0::/../other\n", V2_MOUNT, true, "sys/fs/cgroup", NULL);
    assert_place("0::/..\n", V2_MOUNT, true, "sys/fs/cgroup", NULL);
}

Test(group_place, a_mount_from_outside_of_our_namespace_shows_it)
{
    assert_place("0::/../other\n", "1 2 0:1 /.. /mnt rw - cgroup2 c rw\n", true, "mnt", "/other");
    assert_place("0::/../other\n", V2_MOUNT "1 2 0:1 /.. /mnt rw - cgroup2 c rw\n", true, "mnt", "/other");
}

Test(group_place, blanks_in_the_mount_point)
{
    assert_place("0::/a\n", "1 2 0:1 / /my\\040groups rw - cgroup2 c rw\n", true, "my groups", "/a");
}

Test(group_place, nothing_there)
{
    static const char *const texts[][2] = {
        {"", ""}, {"0::/a\n", ""}, {"", V2_MOUNT}, {"0:/a\n", V2_MOUNT}, {"garbage", "garbage"}, {"0::a\n", V2_MOUNT}};
    struct group_place place;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        group_place_parse(texts[i][0], texts[i][1], "memory", &place);
        cr_assert_not(place.found);
        group_place_finish(&place);
    }
}

/* ---- What is in it ---- */

TestSuite(control_groups, .init = tree_begin, .fini = tree_end);

static void write_group(const char *folder, const char *const files_of[][2])
{
    char path[256];

    for (size_t i = 0; files_of[i][0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files_of[i][0]);
        tree_write(path, files_of[i][1]);
    }
}

static void write_v2(const char *folder, const char *limit, const char *used)
{
    const char *const contents[][2] = {{"cgroup.type", "domain\n"},
                                       {"memory.max", limit},
                                       {"memory.current", used},
                                       {"memory.high", "max\n"},
                                       {"memory.swap.max", "1048576\n"},
                                       {"memory.swap.current", "4096\n"},
                                       {"memory.events", "low 0\nhigh 3\nmax 7\noom 1\noom_kill 2\noom_group_kill 0\n"},
                                       {"memory.events.local", "low 0\nhigh 3\nmax 6\noom 5\noom_kill 1\n"},
                                       {"memory.stat", "anon 1\nactive_file 4096\ninactive_file 8192\nslab_reclaimable 100\n"},
                                       {"memory.pressure", "some avg10=0.00 avg60=7.00 avg300=0.00 total=5\n"},
                                       {"memory.oom.group", "1\n"},
                                       {"pids.max", "100\n"},
                                       {"pids.current", "7\n"},
                                       {NULL, NULL}};

    write_group(folder, contents);
}

static void write_v1(const char *folder, const char *limit, const char *used, const char *hierarchical)
{
    char stat[256];

    snprintf(stat, sizeof stat,
             "cache 1\ninactive_file 1\nhierarchical_memory_limit %s\ntotal_inactive_file 4096\ntotal_active_file 8192\n",
             hierarchical);
    const char *const contents[][2] = {{"memory.limit_in_bytes", limit},
                                       {"memory.usage_in_bytes", used},
                                       {"memory.memsw.limit_in_bytes", "9223372036854771712\n"},
                                       {"memory.memsw.usage_in_bytes", used},
                                       {"memory.failcnt", "98\n"},
                                       {"memory.memsw.failcnt", "7\n"},
                                       {"memory.swappiness", "60\n"},
                                       {"memory.oom_control", "oom_kill_disable 1\nunder_oom 0\noom_kill 3\n"},
                                       {"memory.stat", stat},
                                       {NULL, NULL}};

    write_group(folder, contents);
}

Test(control_groups, version_2_nested)
{
    struct control_groups groups;

    tree_write("proc/self/mountinfo", V2_MOUNT);
    tree_write("proc/100/cgroup", "0::/a/b\n");
    write_v2("sys/fs/cgroup/a/b", "max\n", "20971520\n");
    write_v2("sys/fs/cgroup/a", "33554432\n", "25165824\n");
    tree_write("sys/fs/cgroup/cgroup.procs", "1\n"); /* the top has no memory files */
    control_groups_read(&files, TREE_PID, NULL, &groups);
    cr_assert_eq(groups.memory_count, 2);
    cr_assert_str_eq(groups.memory[0].path, "/a/b");
    cr_assert_str_eq(groups.memory[1].path, "/a");
    assert_known(groups.memory[0].limit, KNOWN_UNLIMITED);
    assert_known(groups.memory[1].limit, 32 * MIB);
    assert_known(groups.memory[1].used, 24 * MIB);
    assert_known(groups.memory[0].reclaimable, 4096 + 8192 + 100);
    assert_known(groups.memory[0].high, KNOWN_UNLIMITED);
    assert_known(groups.memory[0].swap_limit, MIB);
    assert_known(groups.memory[0].limit_hits, 7);
    assert_known(groups.memory[0].high_hits, 3);
    assert_known(groups.memory[0].oom_kills, 2);
    assert_known(groups.memory[0].own_oom_kills, 1);
    assert_known(groups.memory[0].shortages, 5);
    assert_unknown(groups.memory[0].swap_shortages);
    assert_known(groups.memory[0].oom_group, 1);
    assert_known(groups.memory[0].pressure.some.average, 700);
    assert_unknown(groups.memory[0].peak);
    cr_assert_eq(groups.task_count, 2);
    assert_known(groups.tasks[0].limit, 100);
    assert_known(groups.tasks[0].used, 7);
    cr_assert(!groups.memory_outside && !groups.more_outside);
    control_groups_finish(&groups);
}

Test(control_groups, version_1_nested)
{
    struct control_groups groups;

    tree_write("proc/self/mountinfo", V1_MOUNT);
    tree_write("proc/100/cgroup", "4:memory:/a/b\n");
    write_v1("sys/fs/cgroup/memory/a/b", "9223372036854771712\n", "4000000\n", "33554432");
    write_v1("sys/fs/cgroup/memory/a", "33554432\n", "5000000\n", "33554432");
    write_v1("sys/fs/cgroup/memory", "9223372036854771712\n", "900000000\n", "9223372036854771712");
    tree_write("sys/fs/cgroup/memory/release_agent", "\n");
    control_groups_read(&files, TREE_PID, NULL, &groups);
    cr_assert_eq(groups.memory_count, 3);
    cr_assert_str_eq(groups.memory[2].path, "/");
    assert_known(groups.memory[0].limit, KNOWN_UNLIMITED);
    assert_known(groups.memory[0].enclosing, 32 * MIB);
    assert_known(groups.memory[1].limit, 32 * MIB);
    assert_known(groups.memory[1].reclaimable, 4096 + 8192);
    assert_known(groups.memory[1].limit_hits, 98);
    assert_known(groups.memory[1].oom_kills, 3);
    assert_known(groups.memory[1].own_oom_kills, 3);
    assert_known(groups.memory[1].shortages, 98);
    assert_known(groups.memory[1].swap_shortages, 7);
    assert_known(groups.memory[1].oom_kill_disabled, 1);
    assert_known(groups.memory[1].under_oom, 0);
    assert_known(groups.memory[1].with_swap, KNOWN_UNLIMITED);
    cr_assert(!groups.more_outside);
    control_groups_finish(&groups);
}

Test(control_groups, in_a_namespace_more_may_be_outside)
{
    struct control_groups groups;

    tree_write("proc/self/mountinfo", V2_MOUNT);
    tree_write("proc/100/cgroup", "0::/\n");
    write_v2("sys/fs/cgroup", "33554432\n", "4096\n");
    control_groups_read(&files, TREE_PID, NULL, &groups);
    cr_assert_eq(groups.memory_count, 1);
    cr_assert(groups.more_outside && !groups.memory_outside);
    assert_known(groups.memory[0].reclaimable, 4096); /* never more than is used */
    control_groups_finish(&groups);
}

static uint64_t used_of_own_group(pid_t pid, struct group_memo *memo)
{
    struct control_groups groups;

    control_groups_read(&files, pid, memo, &groups);
    cr_assert_eq(groups.memory_count, 1);
    const uint64_t used = groups.memory[0].used.value;
    control_groups_finish(&groups);
    return used;
}

Test(control_groups, who_is_in_the_same_groups_need_not_read_them_again)
{
    struct group_memo memo = {0};

    tree_write("proc/self/mountinfo", V2_MOUNT);
    tree_write("sys/fs/cgroup/cgroup.procs", "1\n");
    tree_write("proc/100/cgroup", "0::/a\n");
    tree_write("proc/101/cgroup", "0::/a\n");
    tree_write("proc/102/cgroup", "0::/b\n");
    write_v2("sys/fs/cgroup/a", "33554432\n", "4096\n");
    write_v2("sys/fs/cgroup/b", "33554432\n", "8192\n");
    cr_assert_eq(used_of_own_group(100, &memo), 4096);
    write_v2("sys/fs/cgroup/a", "33554432\n", "12288\n");
    cr_assert_eq(used_of_own_group(101, &memo), 4096);
    cr_assert_eq(used_of_own_group(102, &memo), 8192);
    cr_assert_eq(used_of_own_group(101, &memo), 12288); /* another was remembered in between */
    write_v2("sys/fs/cgroup/a", "33554432\n", "16384\n");
    group_memo_forget(&memo);
    cr_assert_eq(used_of_own_group(101, &memo), 16384);
    cr_assert_eq(used_of_own_group(101, NULL), 16384);
    group_memo_forget(&memo);
}

Test(control_groups, a_process_outside_of_our_namespace)
{
    struct control_groups groups;

    tree_write("proc/self/mountinfo", V2_MOUNT);
    tree_write("proc/100/cgroup", "0::/../other\n");
    control_groups_read(&files, TREE_PID, NULL, &groups);
    cr_assert_eq(groups.memory_count, 0);
    cr_assert(groups.memory_outside);
    control_groups_finish(&groups);
}

Test(control_groups, malformed_files_are_not_known)
{
    struct control_groups groups;

    tree_write("proc/self/mountinfo", V2_MOUNT);
    tree_write("proc/100/cgroup", "0::/a\n");
    write_v2("sys/fs/cgroup/a", "much\n", "-1\n");
    tree_write("sys/fs/cgroup/a/memory.events", "high\nmax x\n");
    tree_write("sys/fs/cgroup/a/memory.stat", "");
    control_groups_read(&files, TREE_PID, NULL, &groups);
    cr_assert_eq(groups.memory_count, 1);
    assert_unknown(groups.memory[0].limit);
    assert_unknown(groups.memory[0].used);
    assert_unknown(groups.memory[0].limit_hits);
    assert_unknown(groups.memory[0].reclaimable);
    control_groups_finish(&groups);
}
