/* SPDX-License-Identifier: MIT
 * Pointers into the inside of a block that count as pointers to its start. */
#include <criterion/criterion.h>

#include "fake_process.h"

static struct fake_process *p;

static void setup(void)
{
    p = fake_create();
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(interior, .init = setup, .fini = teardown);

Test(interior, new_array_behind_its_element_count)
{
    uint64_t good = fake_take(p, 8 + 5 * 24), uneven = fake_take(p, 8 + 5 * 24), none = fake_take(p, 8 + 5 * 24);
    fake_put(p, good, 5);
    fake_put(p, uneven, 7);
    fake_global(p, good + 8);
    fake_global(p, uneven + 8);
    fake_global(p, none + 8);
    fake_check(p);
    expect_kind(p, good, LEAK_REACHABLE);
    expect_kind(p, uneven, LEAK_POSSIBLE);
    expect_kind(p, none, LEAK_POSSIBLE);
}

Test(interior, new_array_only_at_the_first_element)
{
    uint64_t a = fake_take(p, 8 + 5 * 24);
    fake_put(p, a, 5);
    fake_global(p, a + 8 + 24);
    fake_check(p);
    expect_kind(p, a, LEAK_POSSIBLE);
}

Test(interior, length64)
{
    uint64_t good = fake_take(p, 8 + 101), bad = fake_take(p, 8 + 101);
    fake_put(p, good, 101);
    fake_put(p, bad, 102);
    fake_global(p, good + 8);
    fake_global(p, bad + 8);
    fake_check(p);
    expect_kind(p, good, LEAK_REACHABLE);
    expect_kind(p, bad, LEAK_POSSIBLE);
}

Test(interior, old_string)
{
    uint64_t good = fake_take(p, 24 + 30 + 1), too_long = fake_take(p, 24 + 30 + 1), too_wide = fake_take(p, 24 + 30 + 1);
    fake_put(p, good, 30);
    fake_put(p, good + 8, 30);
    fake_put(p, too_long, 31);
    fake_put(p, too_long + 8, 30);
    fake_put(p, too_wide, 30);
    fake_put(p, too_wide + 8, 31);
    fake_global(p, good + 24);
    fake_global(p, too_long + 24);
    fake_global(p, too_wide + 24);
    fake_check(p);
    expect_kind(p, good, LEAK_REACHABLE);
    expect_kind(p, too_long, LEAK_POSSIBLE);
    expect_kind(p, too_wide, LEAK_POSSIBLE);
}

Test(interior, record_aligned_by_hand)
{
    uint64_t good = fake_take(p, 2304), bad = fake_take(p, 2304), good_at = (good + 64) & ~UINT64_C(63);
    uint64_t bad_at = (bad + 64) & ~UINT64_C(63);
    fake_put(p, good_at + 8, good);
    fake_put(p, bad_at + 8, bad + 16);
    fake_global(p, good_at);
    fake_global(p, bad_at);
    fake_check(p);
    expect_kind(p, good, LEAK_REACHABLE);
    expect_kind(p, bad, LEAK_POSSIBLE);
}

Test(interior, what_has_its_own_address_elsewhere_is_not_aligned_by_hand)
{
    uint64_t a = fake_take(p, 2304), at = (a + 128) & ~UINT64_C(63);
    fake_put(p, at + 8, a);
    fake_global(p, at);
    fake_check(p);
    expect_kind(p, a, LEAK_POSSIBLE);
}

static void make_vtables(void)
{
    for (int i = 0; i < 2; i++) {
        fake_put(p, FAKE_VTABLES + 0x100 + i * 0x100, 0);
        fake_put(p, FAKE_VTABLES + 0x108 + i * 0x100, FAKE_CODE + 16);
        fake_put(p, FAKE_VTABLES + 0x110 + i * 0x100, FAKE_CODE + 32);
    }
    fake_put(p, FAKE_VTABLES + 0x300, FAKE_CODE + 16);
    fake_put(p, FAKE_VTABLES + 0x308, 12345);
}

Test(interior, multiple_inheritance)
{
    uint64_t good = fake_take(p, 64), one = fake_take(p, 64), other = fake_take(p, 64), fake = fake_take(p, 64);
    make_vtables();
    fake_put(p, good, FAKE_VTABLES + 0x100);
    fake_put(p, good + 40, FAKE_VTABLES + 0x200);
    fake_put(p, one, FAKE_VTABLES + 0x100);
    fake_put(p, other + 40, FAKE_VTABLES + 0x100);
    fake_put(p, fake, FAKE_VTABLES + 0x100);
    fake_put(p, fake + 40, FAKE_VTABLES + 0x300);
    fake_global(p, good + 40);
    fake_global(p, one + 40);
    fake_global(p, other + 40);
    fake_global(p, fake + 40);
    fake_check(p);
    expect_kind(p, good, LEAK_REACHABLE);
    expect_kind(p, one, LEAK_POSSIBLE);
    expect_kind(p, other, LEAK_POSSIBLE);
    expect_kind(p, fake, LEAK_POSSIBLE);
}

Test(interior, a_vtable_lies_in_a_mapped_file)
{
    uint64_t a = fake_take(p, 64), heap_table = fake_take(p, 64);
    fake_put(p, heap_table, FAKE_CODE + 16);
    fake_put(p, heap_table + 8, FAKE_CODE + 32);
    fake_put(p, a, heap_table);
    fake_put(p, a + 40, heap_table);
    fake_global(p, a + 40);
    fake_check(p);
    expect_kind(p, a, LEAK_POSSIBLE);
}

Test(interior, a_vtable_at_the_end_of_its_mapping)
{
    uint64_t a = fake_take(p, 64), end = FAKE_VTABLES + 0x10000;
    make_vtables();
    fake_put(p, end - 16, FAKE_CODE);
    fake_put(p, end - 8, FAKE_CODE);
    fake_put(p, a, FAKE_VTABLES + 0x100);
    fake_put(p, a + 40, end - 16);
    fake_global(p, a + 40);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
}

Test(interior, what_a_rule_makes_reachable_holds_other_blocks)
{
    uint64_t array = fake_take(p, 8 + 2 * 24), next = fake_take(p, 8 + 3 * 16), last = fake_take(p, 32);
    fake_put(p, array, 2);
    fake_put(p, array + 16, next + 8);
    fake_put(p, next, 3);
    fake_put(p, next + 8, last);
    fake_global(p, array + 8);
    fake_check(p);
    expect_kind(p, array, LEAK_REACHABLE);
    expect_kind(p, next, LEAK_REACHABLE);
    expect_kind(p, last, LEAK_REACHABLE);
}

Test(interior, rules_do_not_raise_what_a_possible_block_points_to)
{
    uint64_t maybe = fake_take(p, 128), array = fake_take(p, 8 + 2 * 24);
    fake_put(p, array, 2);
    fake_put(p, maybe, array + 8);
    fake_global(p, maybe + 16);
    fake_check(p);
    expect_kind(p, array, LEAK_POSSIBLE);
}

Test(interior, empty_new_array_is_held_by_a_pointer_behind_its_count)
{
    uint64_t array = fake_take(p, 8), other = fake_take(p, 8), plain = fake_take(p, 8), larger = fake_take(p, 16);
    fake_find(p, array)->allocator = HEAP_NEW_ARRAY;
    fake_find(p, other)->allocator = HEAP_NEW_ARRAY;
    fake_find(p, plain)->allocator = HEAP_NEW;
    fake_find(p, larger)->allocator = HEAP_NEW_ARRAY;
    fake_global(p, array + 8);
    fake_global(p, other + 9);
    fake_global(p, plain + 8);
    fake_global(p, larger + 16);
    fake_check(p);
    expect_kind(p, array, LEAK_REACHABLE);
    expect_kind(p, other, LEAK_DEFINITE);
    expect_kind(p, plain, LEAK_DEFINITE);
    expect_kind(p, larger, LEAK_DEFINITE);
}

Test(interior, empty_new_array_that_is_the_last_block)
{
    uint64_t array = fake_take(p, 8);
    fake_find(p, array)->allocator = HEAP_NEW_ARRAY;
    fake_global(p, array + 8);
    fake_check(p);
    expect_kind(p, array, LEAK_REACHABLE);
}
