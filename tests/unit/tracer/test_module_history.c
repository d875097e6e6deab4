/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "tracer/modules/module_history.h"

static void load(struct module_history *history, const char *path, uint64_t start, uint32_t generation)
{
    module_history_add(history, (struct module){.path = strdup(path), .start = start, .end = start + 0x1000, .inode = 1},
                       generation);
}

static size_t merge(const struct module_history *history, const char *text, struct module **modules)
{
    struct memory_maps maps;

    cr_assert_eq(memory_maps_parse(text, strlen(text), &maps), 0);
    size_t count = module_history_merge(history, &maps, modules);
    memory_maps_finish(&maps);
    return count;
}

static void release(struct module *modules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(modules[i].path);
    free(modules);
}

Test(module_history, two_modules_at_one_address_are_told_apart_by_generation)
{
    struct module_history history = {0};
    struct module *modules;

    load(&history, "/a.so", 0x1000, 0);
    module_history_remove(&history, 0x1000, 0x1000, 3);
    load(&history, "/b.so", 0x1000, 4);
    size_t count = merge(&history, "1000-2000 r-xp 00000000 00:01 1 /b.so\n", &modules);

    cr_assert_eq(count, 2);
    cr_assert(strcmp(modules[0].path, "/b.so") == 0 && modules[0].first_generation == 4 &&
              modules[0].last_generation == UINT32_MAX);
    cr_assert(strcmp(modules[1].path, "/a.so") == 0 && modules[1].first_generation == 0 && modules[1].last_generation == 3);
    release(modules, count);
    module_history_finish(&history);
}

Test(module_history, only_executable_files_are_modules)
{
    struct module_history history = {0};
    struct module *modules;

    size_t count = merge(&history,
                         "1000-2000 r--p 00000000 00:01 1 /a.so\n"
                         "2000-3000 r-xp 00001000 00:01 1 /a.so\n"
                         "3000-4000 rwxp 00000000 00:00 0\n",
                         &modules);
    cr_assert_eq(count, 1);
    cr_assert(modules[0].start == 0x2000 && modules[0].end == 0x3000 && modules[0].file_offset == 0x1000);
    cr_assert(modules[0].first_generation == 0);
    release(modules, count);
}

Test(module_history, unmapping_elsewhere_changes_nothing)
{
    struct module_history history = {0};

    load(&history, "/a.so", 0x1000, 0);
    cr_assert_not(module_history_overlaps(&history, 0x2000, 0x1000));
    cr_assert(module_history_overlaps(&history, 0x1fff, 1));
    module_history_remove(&history, 0x2000, 0x1000, 1);
    cr_assert_eq(history.modules[0].last_generation, UINT32_MAX);
    module_history_finish(&history);
}

Test(module_history, a_copy_lives_its_own_life)
{
    struct module_history history = {0}, copy;

    load(&history, "/a.so", 0x1000, 0);
    module_history_copy(&copy, &history);
    module_history_remove(&copy, 0x1000, 0x1000, 1);
    cr_assert_eq(history.modules[0].last_generation, UINT32_MAX);
    cr_assert_eq(copy.modules[0].last_generation, 1);
    module_history_finish(&history);
    module_history_finish(&copy);
}
