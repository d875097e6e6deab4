/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "assert_known.h"
#include "limits/limit_list.h"
#include "limits/look.h"
#include "limits/process_list.h"

#define GIB (1024 * MIB)

/* A process of 100 MiB with 40 MiB of data on a machine of 8 GiB, 6 GiB of them available. */
static struct machine_look machine;
static struct process_look process;
static struct memory_group groups[2];
static struct process_list everyone;
static struct limit_list list;

static void set_up(void)
{
    struct known none = known_value(KNOWN_UNLIMITED);

    machine = (struct machine_look){
        .memory = {.total = known_value(8 * GIB),
                   .available = known_value(6 * GIB),
                   .swap_total = known_value(0),
                   .swap_free = known_value(0),
                   .commit_limit = known_value(4 * GIB),
                   .committed = known_value(1 * GIB)},
        .settings = {.overcommit_memory = known_value(0),
                     .user_reserve = known_value(128 * MIB),
                     .admin_reserve = known_value(8 * MIB),
                     .max_map_count = known_value(65530),
                     .threads_max = known_value(60000),
                     .pid_max = known_value(32768)},
        .tasks = known_value(200),
    };
    process = (struct process_look){
        .pid = 100,
        .status = {.size = known_value(100 * MIB),
                   .data = known_value(40 * MIB),
                   .stack = known_value(132 * KIB),
                   .locked = known_value(0),
                   .user = known_value(1000),
                   .capabilities = known_value(0)},
        .limits = {none, none, known_value(8 * MIB), known_value(8 * MIB), none},
        .mappings = known_value(50),
        .initial_namespace = known_value(1),
    };
    groups[0] = groups[1] = (struct memory_group){.limit = none, .used = known_value(20 * MIB), .reclaimable = known_value(0)};
    groups[0].path = (char *)"/a/b";
    groups[1].path = (char *)"/a";
    everyone = (struct process_list){0};
}

static void make(void)
{
    struct limits_context context = {&machine, &process, &everyone};

    limit_list_finish(&list);
    limit_list_make(&context, &list);
}

static void finish(void)
{
    limit_list_finish(&list);
}

TestSuite(limit_list, .init = set_up, .fini = finish);

static const struct limit *find(const char *name)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i].name, name) == 0)
            return &list.items[i];
    return NULL;
}

static void assert_first(enum growth_kind growth, const char *name, uint64_t left, enum limit_effect effect)
{
    const struct limit *first = limit_list_first(&list, growth);

    cr_assert(first, "nothing stops %s", growth_name(growth));
    cr_assert_str_eq(first->name, name);
    assert_known(first->left, left);
    cr_assert_eq(first->effect, effect);
}

/* ---- Of processes ---- */

Test(limit_list, without_limits_memory_is_the_first)
{
    make();
    assert_first(GROWTH_HEAP, "memory and swap", 6 * GIB, EFFECT_SIGKILL);
    assert_first(GROWTH_STACK, "RLIMIT_STACK", 8 * MIB - 132 * KIB, EFFECT_SIGSEGV);
    assert_first(GROWTH_LOCKED, "RLIMIT_MEMLOCK", 8 * MIB, EFFECT_ENOMEM);
    assert_first(GROWTH_MAPPINGS, "vm.max_map_count", 65480, EFFECT_ENOMEM);
    assert_first(GROWTH_TASKS, "kernel.pid_max", 32568, EFFECT_EAGAIN);
}

Test(limit_list, the_least_that_is_left_is_the_first)
{
    process.limits.address_space = known_value(200 * MIB);
    process.limits.data = known_value(120 * MIB);
    make();
    assert_first(GROWTH_HEAP, "RLIMIT_DATA", 80 * MIB, EFFECT_ENOMEM);
    assert_first(GROWTH_SHARED, "RLIMIT_AS", 100 * MIB, EFFECT_ENOMEM);
}

Test(limit_list, growth_of_the_stack_ends_in_a_signal_whatever_refuses_it)
{
    struct limit limit = {.effect = EFFECT_ENOMEM};

    cr_assert_eq(limit_effect_on(&limit, GROWTH_STACK), EFFECT_SIGSEGV);
    cr_assert_eq(limit_effect_on(&limit, GROWTH_HEAP), EFFECT_ENOMEM);
    limit.effect = EFFECT_SIGKILL;
    cr_assert_eq(limit_effect_on(&limit, GROWTH_STACK), EFFECT_SIGKILL);
}

Test(limit_list, who_is_beyond_a_limit_has_nothing_left)
{
    process.limits.address_space = known_value(50 * MIB);
    make();
    assert_first(GROWTH_HEAP, "RLIMIT_AS", 0, EFFECT_ENOMEM);
}

Test(limit_list, the_capability_to_lock_lifts_the_limit)
{
    process.status.capabilities = known_value(1 << 14);
    make();
    cr_assert_str_eq(limit_list_first(&list, GROWTH_LOCKED)->name, "memory and swap");
    process.initial_namespace = known_value(0);
    make();
    cr_assert_str_eq(limit_list_first(&list, GROWTH_LOCKED)->name, "RLIMIT_MEMLOCK");
}

Test(limit_list, who_may_lock_nothing_gets_eperm)
{
    process.limits.locked = known_value(0);
    make();
    assert_first(GROWTH_LOCKED, "RLIMIT_MEMLOCK", 0, EFFECT_EPERM);
}

Test(limit_list, threads_are_counted_for_each_user)
{
    struct listed_process items[] = {{.pid = 100, .user = known_value(1000), .threads = known_value(3)},
                                     {.pid = 101, .user = known_value(1000), .threads = known_value(4)},
                                     {.pid = 102, .user = known_value(1), .threads = known_value(50)}};

    everyone = (struct process_list){items, 3};
    process.limits.processes = known_value(10);
    make();
    assert_first(GROWTH_TASKS, "RLIMIT_NPROC", 3, EFFECT_EAGAIN);
    process.status.user = known_value(0);
    make();
    cr_assert_str_eq(limit_list_first(&list, GROWTH_TASKS)->name, "kernel.pid_max");
}

Test(limit_list, what_is_not_known_is_never_the_first)
{
    process.status.size = (struct known){0};
    process.limits.address_space = known_value(1);
    make();
    assert_unknown(find("RLIMIT_AS")->left);
    cr_assert_str_eq(limit_list_first(&list, GROWTH_HEAP)->name, "memory and swap");
}

/* ---- Overcommit ---- */

Test(limit_list, heuristic_overcommit_limits_each_request_alone)
{
    machine.memory.available = (struct known){0};
    machine.memory.swap_total = known_value(2 * GIB);
    make();
    const struct limit *request = find("single request");
    assert_known(request->left, 10 * GIB);
    cr_assert(request->single_request);
    cr_assert_null(limit_list_first(&list, GROWTH_HEAP));
    cr_assert(limit_refuses(request, GROWTH_HEAP, 10 * GIB + 1));
    cr_assert_not(limit_refuses(request, GROWTH_HEAP, 10 * GIB));
    cr_assert_not(limit_refuses(request, GROWTH_STACK, 11 * GIB));
}

Test(limit_list, always_overcommit_has_no_limit_of_its_own)
{
    machine.settings.overcommit_memory = known_value(1);
    make();
    cr_assert_null(find("single request"));
    cr_assert_null(find("CommitLimit"));
}

Test(limit_list, strict_overcommit_with_both_reserves)
{
    machine.settings.overcommit_memory = known_value(2);
    make();
    /* A 32nd of 100 MiB is less than the reserve for users. */
    assert_first(GROWTH_HEAP, "CommitLimit", 4 * GIB - 1 * GIB - 8 * MIB - 100 * MIB / 32, EFFECT_ENOMEM);
    process.status.size = known_value(64 * GIB);
    make();
    assert_first(GROWTH_HEAP, "CommitLimit", 4 * GIB - 1 * GIB - 8 * MIB - 128 * MIB, EFFECT_ENOMEM);
}

Test(limit_list, strict_overcommit_spares_root_its_own_reserve)
{
    machine.settings.overcommit_memory = known_value(2);
    process.status.capabilities = known_value(1 << 21);
    make();
    assert_first(GROWTH_HEAP, "CommitLimit", 3 * GIB - 100 * MIB / 32, EFFECT_ENOMEM);
}

Test(limit_list, strict_overcommit_with_an_unknown_reserve_is_not_known)
{
    machine.settings.overcommit_memory = known_value(2);
    machine.settings.user_reserve = (struct known){0};
    make();
    assert_unknown(find("CommitLimit")->left);
}

/* ---- Control groups ---- */

Test(limit_list, any_group_around_the_process_may_be_the_first)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 2};
    groups[1].limit = known_value(60 * MIB);
    groups[1].used = known_value(50 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 10 * MIB, EFFECT_SIGKILL);
    cr_assert_str_eq(limit_list_first(&list, GROWTH_HEAP)->where, "/a");
}

Test(limit_list, pages_of_files_give_way)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 2};
    groups[0].limit = known_value(60 * MIB);
    groups[0].used = known_value(59 * MIB);
    groups[0].reclaimable = known_value(30 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 31 * MIB, EFFECT_SIGKILL);
}

Test(limit_list, a_group_can_swap_as_far_as_all_around_it_allow)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 2};
    machine.memory.swap_free = known_value(1 * GIB);
    groups[0].unified = groups[1].unified = true;
    groups[0].limit = known_value(60 * MIB);
    groups[0].swap_limit = known_value(100 * MIB);
    groups[0].swap_used = known_value(10 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 40 * MIB + 90 * MIB, EFFECT_SIGKILL);
    groups[1].swap_limit = known_value(5 * MIB);
    groups[1].swap_used = known_value(1 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 40 * MIB + 4 * MIB, EFFECT_SIGKILL);
}

Test(limit_list, what_an_inner_group_may_swap_does_not_matter_to_an_outer_one)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 2};
    machine.memory.swap_free = known_value(100 * MIB);
    groups[0].unified = groups[1].unified = true;
    groups[0].swap_limit = known_value(0);
    groups[0].swap_used = known_value(0);
    groups[1].limit = known_value(60 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 40 * MIB + 100 * MIB, EFFECT_SIGKILL);
}

Test(limit_list, version_1_limits_memory_and_swap_together)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 1};
    machine.memory.swap_free = known_value(1 * GIB);
    groups[0].limit = known_value(60 * MIB);
    groups[0].with_swap = known_value(70 * MIB);
    groups[0].with_swap_used = known_value(22 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory+swap", 48 * MIB, EFFECT_SIGKILL);
    groups[0].swappiness = known_value(0);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 40 * MIB, EFFECT_SIGKILL);
}

Test(limit_list, above_high_a_group_is_slowed_down)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 1};
    groups[0].unified = true;
    groups[0].limit = known_value(100 * MIB);
    groups[0].high = known_value(50 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup high", 30 * MIB, EFFECT_THROTTLED);
}

Test(limit_list, a_group_that_may_not_kill_freezes)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 1};
    groups[0].limit = known_value(50 * MIB);
    groups[0].oom_kill_disabled = known_value(1);
    make();
    assert_first(GROWTH_HEAP, "cgroup memory", 30 * MIB, EFFECT_FROZEN);
}

Test(limit_list, a_limit_outside_of_what_is_seen)
{
    process.groups = (struct control_groups){.memory = groups, .memory_count = 1};
    groups[0].enclosing = known_value(32 * MIB);
    make();
    assert_first(GROWTH_HEAP, "cgroup enclosing", 12 * MIB, EFFECT_SIGKILL);
    cr_assert(limit_list_first(&list, GROWTH_HEAP)->at_most);
    groups[0].limit = known_value(32 * MIB); /* it is this one's own */
    make();
    cr_assert_null(find("cgroup enclosing"));
}

Test(limit_list, tasks_of_a_group)
{
    struct task_group tasks = {(char *)"/a", known_value(10), known_value(9)};

    process.groups = (struct control_groups){.tasks = &tasks, .task_count = 1};
    make();
    assert_first(GROWTH_TASKS, "cgroup pids", 1, EFFECT_EAGAIN);
}

/* ---- The machine ---- */

Test(limit_list, swap_is_room_too)
{
    machine.memory.swap_total = known_value(4 * GIB);
    machine.memory.swap_free = known_value(3 * GIB);
    make();
    assert_first(GROWTH_HEAP, "memory and swap", 9 * GIB, EFFECT_SIGKILL);
    assert_known(find("memory and swap")->used, 3 * GIB);
}

Test(limit_list, huge_pages_that_are_free_and_not_promised)
{
    machine.memory.huge_page_size = known_value(2 * MIB);
    machine.memory.huge_total = known_value(10);
    machine.memory.huge_free = known_value(6);
    machine.memory.huge_reserved = known_value(2);
    make();
    assert_first(GROWTH_HUGE_PAGES, "huge pages", 8 * MIB, EFFECT_ENOMEM);
    assert_known(find("huge pages")->used, 12 * MIB);
}

Test(limit_list, the_machine_alone)
{
    struct limits_context context = {&machine, NULL, NULL};

    limit_list_make(&context, &list);
    cr_assert_null(find("RLIMIT_AS"));
    cr_assert_not_null(find("memory and swap"));
    machine.settings.overcommit_memory = known_value(2);
    limit_list_finish(&list);
    limit_list_make(&context, &list);
    assert_known(find("CommitLimit")->left, 3 * GIB - 8 * MIB);
}

Test(limit_list, nothing_known_is_no_limit)
{
    machine = (struct machine_look){0};
    process = (struct process_look){0};
    make();
    for (enum growth_kind growth = 0; growth < GROWTHS; growth++)
        cr_assert_null(limit_list_first(&list, growth));
}
