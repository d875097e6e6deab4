/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tracer/descriptors/descriptor_table.h"

static const struct descriptor_identity here = {1, 10}, there = {1, 11};

static void set(struct descriptor_table *table, int number, struct descriptor_identity identity, uint64_t frame)
{
    struct opening *opening = opening_create(&frame, 1, 0);

    descriptor_table_set(table, &(struct descriptor_entry){.number = number, .identity = identity, .opening = opening});
    opening_unref(opening);
}

Test(descriptor_table, the_last_opening_of_a_number_counts)
{
    struct descriptor_table *table = descriptor_table_create();

    set(table, 5, here, 0x500);
    set(table, 3, here, 0x300);
    set(table, 4, here, 0x400);
    set(table, 3, there, 0x301);
    cr_assert_eq(table->count, 3);
    cr_assert_eq(descriptor_table_find(table, 3, &there)->opening->frames[0], 0x301);
    cr_assert_eq(descriptor_table_find(table, 4, &here)->opening->frames[0], 0x400);
    cr_assert_eq(descriptor_table_find(table, 5, &here)->opening->frames[0], 0x500);
    descriptor_table_unref(table);
}

/* Somebody closed it and opened something else, in a way that was not seen. */
Test(descriptor_table, a_number_with_something_else_behind_it_is_not_found)
{
    struct descriptor_table *table = descriptor_table_create();

    set(table, 3, here, 0x300);
    cr_assert_null(descriptor_table_find(table, 3, &there));
    cr_assert_null(descriptor_table_find(table, 4, &here));
    descriptor_table_unref(table);
}

Test(descriptor_table, where_nothing_was_asked_the_number_decides)
{
    struct descriptor_table *table = descriptor_table_create();

    set(table, 3, (struct descriptor_identity){0, 0}, 0x300);
    cr_assert_not_null(descriptor_table_find(table, 3, &there));
    descriptor_table_unref(table);
}

Test(descriptor_table, a_copy_is_inherited_and_goes_its_own_way)
{
    struct descriptor_table *parent = descriptor_table_create();
    set(parent, 3, here, 0x300);
    struct descriptor_table *child = descriptor_table_copy(parent, true), *thread = descriptor_table_copy(parent, false);

    set(child, 4, here, 0x400);
    descriptor_table_unref(parent);
    cr_assert(descriptor_table_find(child, 3, &here)->inherited);
    cr_assert_eq(descriptor_table_find(child, 3, &here)->opening->frames[0], 0x300);
    cr_assert_not(descriptor_table_find(child, 4, &here)->inherited);
    cr_assert_not(descriptor_table_find(thread, 3, &here)->inherited);
    cr_assert_null(descriptor_table_find(thread, 4, &here));
    descriptor_table_unref(child);
    descriptor_table_unref(thread);
}

Test(descriptor_table, a_copy_of_nothing_is_empty)
{
    struct descriptor_table *table = descriptor_table_create(), *copy = descriptor_table_copy(table, true);

    cr_assert_eq(copy->count, 0);
    descriptor_table_unref(table);
    descriptor_table_unref(copy);
    descriptor_table_unref(NULL);
}
