/* SPDX-License-Identifier: MIT
 * Which blocks are one record of a report. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "reporting/leak_list.h"

static const struct report_frame frames[5];
static const struct report_frame *const first[] = {&frames[0], &frames[1], &frames[2]};
static const struct report_frame *const second[] = {&frames[0], &frames[1], &frames[3]};
static const struct report_frame *const other[] = {&frames[0], &frames[4], &frames[2]};
static const struct report_frame *const shorter[] = {&frames[0], &frames[1]};
static const struct report_stack stacks[] = {{first, 3}, {second, 3}, {other, 3}, {shorter, 2}};
#define STACKS (sizeof stacks / sizeof *stacks)

/* How many records there are of a block with each of the stacks. */
static size_t count_records(size_t resolution)
{
    const struct leak_record record = {.kind = LEAK_DEFINITE, .direct = {1, 8}};
    struct leak_list list = {.resolution = resolution};
    uint64_t blocks = 0;

    for (size_t i = 0; i < STACKS; i++)
        leak_list_add(&list, &record, &stacks[i], 0);
    leak_list_finish(&list);
    for (size_t i = 0; i < list.count; i++)
        blocks += list.leaks[i].direct.blocks;
    cr_expect(eq(u64, blocks, STACKS), "no block is lost");
    free(list.leaks);
    return list.count;
}

Test(leak_list, tells_all_stacks_apart)
{
    cr_expect(eq(sz, count_records(0), 4));
}

Test(leak_list, compares_as_many_frames_as_are_wanted)
{
    cr_expect(eq(sz, count_records(1), 1));
    cr_expect(eq(sz, count_records(2), 2));
    cr_expect(eq(sz, count_records(3), 4));
}

Test(leak_list, keeps_kinds_apart)
{
    const struct leak_record definite = {.kind = LEAK_DEFINITE, .direct = {1, 8}},
                             possible = {.kind = LEAK_POSSIBLE, .direct = {1, 8}};
    struct leak_list list = {.resolution = 1};

    leak_list_add(&list, &definite, &stacks[0], 0);
    leak_list_add(&list, &possible, &stacks[0], 0);
    leak_list_finish(&list);
    cr_expect(eq(sz, list.count, 2));
    free(list.leaks);
}
