/* SPDX-License-Identifier: MIT */
#include "limits/oom_counts.h"

#include <criterion/criterion.h>

enum { MIB = 1 << 20 };

#define KNOWN(number)                                                                                                              \
    {                                                                                                                              \
        true, number                                                                                                               \
    }

static struct control_groups groups_of(struct memory_group *memory, size_t count)
{
    return (struct control_groups){.memory = memory, .memory_count = count};
}

/* ---- Was it the killer ---- */

/* A process is in /a: its first look, then a SIGKILL. */
static bool takes_kill(uint64_t system_before, struct known system, uint64_t own_before, struct known own)
{
    struct oom_counts counts = {.kills = KNOWN(system_before)};
    struct memory_group memory = {.path = (char *)"/a", .own_oom_kills = KNOWN(own_before)};
    const struct control_groups groups = groups_of(&memory, 1);

    oom_counts_see(&counts, &groups);
    memory.own_oom_kills = own;
    const bool taken = oom_counts_take_kill(&counts, system, &groups);
    oom_counts_finish(&counts);
    return taken;
}

Test(oom_counts, system_and_group_must_have_counted_it)
{
    const struct known unknown = {0};

    cr_expect(takes_kill(5, known_value(6), 2, known_value(3)));
    cr_expect_not(takes_kill(5, known_value(6), 2, known_value(2))); /* another process, elsewhere */
    cr_expect_not(takes_kill(5, known_value(5), 2, known_value(3)));
    cr_expect_not(takes_kill(5, known_value(5), 2, known_value(2)));
    cr_expect(takes_kill(5, known_value(6), 2, unknown));
    cr_expect(takes_kill(5, unknown, 2, known_value(3)));
    cr_expect_not(takes_kill(5, unknown, 2, unknown)); /* nobody says so */
}

Test(oom_counts, one_kill_is_taken_once)
{
    struct oom_counts counts = {.kills = KNOWN(5)};
    struct memory_group memory = {.path = (char *)"/a", .own_oom_kills = KNOWN(0)};
    const struct control_groups groups = groups_of(&memory, 1);

    oom_counts_see(&counts, &groups);
    memory.own_oom_kills = known_value(1);
    cr_expect(oom_counts_take_kill(&counts, known_value(6), &groups));
    cr_expect_not(oom_counts_take_kill(&counts, known_value(6), &groups));
    cr_expect_not(oom_counts_take_kill(&counts, known_value(7), &groups));
    memory.own_oom_kills = known_value(2);
    cr_expect(oom_counts_take_kill(&counts, known_value(7), &groups));
    oom_counts_finish(&counts);
}

Test(oom_counts, a_group_that_was_not_seen_before_must_have_counted_one)
{
    struct oom_counts counts = {.kills = KNOWN(5)};
    struct memory_group memory = {.path = (char *)"/new", .own_oom_kills = KNOWN(0)};
    const struct control_groups groups = groups_of(&memory, 1);

    cr_expect_not(oom_counts_take_kill(&counts, known_value(6), &groups));
    memory.own_oom_kills = known_value(1);
    cr_expect(oom_counts_take_kill(&counts, known_value(6), &groups));
    oom_counts_finish(&counts);
}

Test(oom_counts, later_counts_do_not_replace_the_first)
{
    struct oom_counts counts = {.kills = KNOWN(5)};
    struct memory_group memory = {.path = (char *)"/a", .own_oom_kills = KNOWN(1)};
    const struct control_groups groups = groups_of(&memory, 1);

    oom_counts_see(&counts, &groups);
    memory.own_oom_kills = known_value(2);
    oom_counts_see(&counts, &groups);
    cr_expect(oom_counts_take_kill(&counts, known_value(6), &groups));
    oom_counts_finish(&counts);
}

/* ---- For which limit ---- */

static struct limit limit_of(const char *name, const char *where, uint64_t left)
{
    return (struct limit){.name = name,
                          .where = (char *)where,
                          .effect = EFFECT_SIGKILL,
                          .limit = KNOWN(64 * MIB),
                          .used = KNOWN(64 * MIB - left),
                          .left = KNOWN(left)};
}

/* The group in the middle has a limit with swap, too. All have been short of memory twice before. */
struct scene {
    struct memory_group memory[3];
    struct control_groups groups;
    struct limit limits[5];
    struct limit_list list;
    struct oom_counts counts;
};

static void scene_begin(struct scene *scene)
{
    static const char *const paths[] = {"/a/b/c", "/a/b", "/a"};

    *scene = (struct scene){.groups = groups_of(scene->memory, 3),
                            .limits = {limit_of("cgroup memory", "/a/b/c", 0), limit_of("cgroup memory", "/a/b", 0),
                                       limit_of("cgroup memory", "/a", 0), limit_of("cgroup memory+swap", "/a/b", 0),
                                       limit_of("memory and swap", NULL, 9 * MIB)},
                            .list = {.items = scene->limits, .count = 5}};
    for (size_t i = 0; i < 3; i++)
        scene->memory[i] = (struct memory_group){
            .path = (char *)paths[i], .shortages = KNOWN(2), .swap_shortages = KNOWN(2), .own_oom_kills = KNOWN(0)};
    oom_counts_see(&scene->counts, &scene->groups);
}

static const struct limit *found(const struct scene *scene)
{
    return oom_counts_limit(&scene->counts, &scene->list, &scene->groups);
}

Test(oom_counts, the_limit_is_that_of_the_group_that_was_short)
{
    struct scene scene;

    scene_begin(&scene);
    scene.memory[2].shortages = known_value(3);
    cr_expect_eq(found(&scene), &scene.limits[2]);
    scene.memory[1].swap_shortages = known_value(3);
    scene.limits[2].left = known_value(1);
    cr_expect_eq(found(&scene), &scene.limits[3]);
    oom_counts_finish(&scene.counts);
}

Test(oom_counts, of_several_the_one_with_least_left_and_the_innermost)
{
    struct scene scene;

    scene_begin(&scene);
    for (size_t i = 0; i < 3; i++)
        scene.memory[i].shortages = known_value(3);
    cr_expect_eq(found(&scene), &scene.limits[0]);
    scene.limits[0].left = known_value(4096);
    cr_expect_eq(found(&scene), &scene.limits[1]);
    oom_counts_finish(&scene.counts);
}

Test(oom_counts, without_a_group_that_was_short_it_was_the_machine)
{
    struct scene scene;

    scene_begin(&scene);
    cr_expect_eq(found(&scene), &scene.limits[4]);
    scene.limits[4].left = (struct known){0};
    cr_expect_null(found(&scene));
    oom_counts_finish(&scene.counts);
}

Test(oom_counts, a_limit_that_is_none_is_not_the_one)
{
    struct scene scene;

    scene_begin(&scene);
    scene.memory[0].shortages = scene.memory[1].shortages = known_value(3);
    scene.limits[0].limit = scene.limits[0].left = known_value(KNOWN_UNLIMITED);
    cr_expect_eq(found(&scene), &scene.limits[1]);
    scene.limits[1].effect = EFFECT_FROZEN; /* nobody is killed there */
    cr_expect_eq(found(&scene), &scene.limits[4]);
    oom_counts_finish(&scene.counts);
}
