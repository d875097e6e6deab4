/* SPDX-License-Identifier: MIT
 * The kind of each block, and the sums by call site. */
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

TestSuite(kinds, .init = setup, .fini = teardown);

static void expect_total(enum leak_kind kind, uint64_t blocks, uint64_t bytes)
{
    cr_expect_eq(p->result.total[kind].blocks, blocks, "kind %d: %lu blocks", kind, (unsigned long)p->result.total[kind].blocks);
    cr_expect_eq(p->result.total[kind].bytes, bytes, "kind %d: %lu bytes", kind, (unsigned long)p->result.total[kind].bytes);
}

Test(kinds, nothing_taken_gives_nothing)
{
    fake_check(p);
    cr_expect_eq(p->result.record_count, 0);
    for (int kind = 0; kind < LEAK_KINDS; kind++)
        expect_total(kind, 0, 0);
}

Test(kinds, a_block_that_nothing_points_to_is_definitely_lost)
{
    uint64_t a = fake_take(p, 100);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_total(LEAK_DEFINITE, 1, 100);
    const struct leak_record *record = fake_record(p, a);
    cr_expect_eq(record->direct.bytes, 100);
    cr_expect_eq(record->indirect.blocks, 0);
    cr_expect_eq(record->example, a);
    cr_expect_not(record->cycle);
}

Test(kinds, a_lost_list_is_one_definite_block_and_the_rest_indirect)
{
    uint64_t node[5];
    for (int i = 0; i < 5; i++)
        node[i] = fake_take(p, 32);
    for (int i = 0; i < 4; i++)
        fake_put(p, node[i], node[i + 1]);
    fake_check(p);
    expect_kind(p, node[0], LEAK_DEFINITE);
    for (int i = 1; i < 5; i++)
        expect_kind(p, node[i], LEAK_INDIRECT);
    expect_total(LEAK_DEFINITE, 1, 32);
    expect_total(LEAK_INDIRECT, 4, 128);
    cr_expect_eq(fake_record(p, node[0])->indirect.blocks, 4);
    cr_expect_eq(fake_record(p, node[0])->indirect.bytes, 128);
    cr_expect_eq(fake_record(p, node[1])->indirect.blocks, 0);
}

Test(kinds, a_list_that_runs_towards_lower_addresses_is_the_same)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 32);
    fake_put(p, c, b);
    fake_put(p, b, a);
    fake_check(p);
    expect_kind(p, c, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_INDIRECT);
    expect_kind(p, a, LEAK_INDIRECT);
    cr_expect_not(fake_record(p, c)->cycle);
}

Test(kinds, a_ring_is_represented_by_its_oldest_block)
{
    uint64_t a = fake_take(p, 32), b, c;
    fake_last(p)->epoch = 2;
    b = fake_take(p, 32);
    fake_last(p)->epoch = 1;
    c = fake_take(p, 32);
    fake_last(p)->epoch = 1;
    fake_put(p, a, b);
    fake_put(p, b, c);
    fake_put(p, c, a);
    fake_check(p);
    expect_kind(p, a, LEAK_INDIRECT);
    expect_kind(p, b, LEAK_DEFINITE);
    expect_kind(p, c, LEAK_INDIRECT);
    cr_expect(fake_record(p, b)->cycle);
    cr_expect_eq(fake_record(p, b)->indirect.bytes, 64);
}

Test(kinds, a_ring_of_one_epoch_is_represented_by_its_lowest_block)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, a);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_INDIRECT);
}

Test(kinds, a_ring_with_a_tail_that_comes_before_it)
{
    uint64_t tail = fake_take(p, 16), a = fake_take(p, 32), b = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, a);
    fake_put(p, b + 8, tail);
    fake_check(p);
    expect_kind(p, tail, LEAK_INDIRECT);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_INDIRECT);
    expect_total(LEAK_DEFINITE, 1, 32);
}

/* Where an order of visiting shows: the ring has the lower addresses, and the block that leads into it enters at its second one. */
Test(kinds, a_ring_into_which_a_block_leads_is_indirect)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), head = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, a);
    fake_put(p, head, b);
    fake_check(p);
    expect_kind(p, head, LEAK_DEFINITE);
    expect_kind(p, a, LEAK_INDIRECT);
    expect_kind(p, b, LEAK_INDIRECT);
    cr_expect_not(fake_record(p, head)->cycle);
}

Test(kinds, a_ring_into_which_another_ring_leads_is_indirect)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 32), d = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, a);
    fake_put(p, c, d);
    fake_put(p, d, c);
    fake_put(p, d + 8, b);
    fake_check(p);
    expect_kind(p, c, LEAK_DEFINITE);
    expect_kind(p, a, LEAK_INDIRECT);
    expect_total(LEAK_DEFINITE, 1, 32);
    expect_total(LEAK_INDIRECT, 3, 96);
    cr_expect_eq(fake_record(p, c)->indirect.blocks, 3);
}

Test(kinds, a_child_of_two_lost_blocks_is_indirect_and_counted_once_with_the_lower_one)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 40);
    fake_put(p, a, c);
    fake_put(p, b, c);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_DEFINITE);
    expect_kind(p, c, LEAK_INDIRECT);
    cr_expect_eq(fake_record(p, a)->indirect.bytes, 40);
    cr_expect_eq(fake_record(p, b)->indirect.bytes, 0);
    expect_total(LEAK_INDIRECT, 1, 40);
}

Test(kinds, a_tree_is_one_definite_block)
{
    uint64_t node[15];
    for (int i = 0; i < 15; i++)
        node[i] = fake_take(p, 24);
    for (int i = 0; i < 7; i++) {
        fake_put(p, node[i], node[2 * i + 1]);
        fake_put(p, node[i] + 8, node[2 * i + 2]);
    }
    fake_check(p);
    expect_total(LEAK_DEFINITE, 1, 24);
    expect_total(LEAK_INDIRECT, 14, 14 * 24);
    cr_expect_eq(fake_record(p, node[0])->indirect.blocks, 14);
}

Test(kinds, a_pointer_to_itself_means_nothing)
{
    uint64_t a = fake_take(p, 32);
    fake_put(p, a, a);
    fake_put(p, a + 8, a + 16);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    cr_expect_not(fake_record(p, a)->cycle);
}

Test(kinds, a_pointer_into_the_inside_of_a_block_counts_among_lost_blocks)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 64);
    fake_put(p, a, b + 40);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_INDIRECT);
}

Test(kinds, what_a_global_list_holds_is_reachable)
{
    uint64_t a = fake_take(p, 64), b = fake_take(p, 64);
    fake_global(p, a);
    fake_put(p, a + 56, b);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_REACHABLE);
    expect_total(LEAK_REACHABLE, 2, 128);
}

Test(kinds, interior_only_is_possible)
{
    uint64_t a = fake_take(p, 128);
    fake_global(p, a + 16);
    fake_check(p);
    expect_kind(p, a, LEAK_POSSIBLE);
    expect_total(LEAK_POSSIBLE, 1, 128);
}

Test(kinds, a_pointer_to_the_last_byte_is_interior_and_one_behind_it_is_none)
{
    uint64_t a = fake_take(p, 40), b = fake_take(p, 40);
    fake_global(p, a + 39);
    fake_global(p, b + 40);
    fake_check(p);
    expect_kind(p, a, LEAK_POSSIBLE);
    expect_kind(p, b, LEAK_DEFINITE);
}

Test(kinds, what_hangs_from_a_possible_block_is_possible)
{
    uint64_t a = fake_take(p, 128), b = fake_take(p, 32), c = fake_take(p, 32);
    fake_global(p, a + 16);
    fake_put(p, a, b);
    fake_put(p, b, c);
    fake_check(p);
    expect_kind(p, b, LEAK_POSSIBLE);
    expect_kind(p, c, LEAK_POSSIBLE);
}

Test(kinds, a_start_pointer_found_later_makes_a_possible_chain_reachable)
{
    uint64_t a = fake_take(p, 128), b = fake_take(p, 32), holder = fake_take(p, 16);
    fake_global(p, a + 16);
    fake_put(p, a, b);
    fake_put(p, holder, a);
    fake_global(p, holder);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_REACHABLE);
}

Test(kinds, a_lost_block_that_points_to_held_ones_changes_nothing)
{
    uint64_t lost = fake_take(p, 32), held = fake_take(p, 32), maybe = fake_take(p, 128);
    fake_put(p, lost, held);
    fake_put(p, lost + 8, maybe);
    fake_global(p, held);
    fake_global(p, maybe + 16);
    fake_check(p);
    expect_kind(p, lost, LEAK_DEFINITE);
    expect_kind(p, held, LEAK_REACHABLE);
    expect_kind(p, maybe, LEAK_POSSIBLE);
    cr_expect_eq(fake_record(p, lost)->indirect.blocks, 0);
}

Test(kinds, an_empty_block_is_one_byte_long)
{
    uint64_t held = fake_take(p, 0), lost = fake_take(p, 0), other = fake_take(p, 0);
    fake_global(p, held);
    fake_global(p, other + 1);
    fake_check(p);
    expect_kind(p, held, LEAK_REACHABLE);
    expect_kind(p, lost, LEAK_DEFINITE);
    expect_kind(p, other, LEAK_DEFINITE);
    expect_total(LEAK_DEFINITE, 2, 0);
}

Test(kinds, the_last_odd_bytes_of_a_block_hold_no_pointer)
{
    uint64_t a = fake_take(p, 15), b = fake_take(p, 16), c = fake_take(p, 32);
    fake_put(p, a + 8, c);
    fake_global(p, a);
    fake_global(p, b);
    fake_check(p);
    expect_kind(p, c, LEAK_DEFINITE);
    fake_put(p, b + 8, c);
    fake_check(p);
    expect_kind(p, c, LEAK_REACHABLE);
}

Test(kinds, ignored_blocks_are_reachable_with_what_they_hold)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    fake_find(p, a)->ignored = 1;
    fake_put(p, a, b);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_REACHABLE);
}

Test(kinds, blocks_of_one_site_and_allocator_make_one_record)
{
    uint64_t a = fake_take(p, 10), b = fake_take(p, 20), c = fake_take(p, 40), child = fake_take(p, 5);
    fake_find(p, b)->site = fake_find(p, a)->site;
    fake_find(p, c)->site = fake_find(p, a)->site;
    fake_find(p, c)->allocator = HEAP_NEW;
    fake_put(p, c, child);
    fake_check(p);
    cr_assert_eq(p->result.record_count, 3);
    const struct leak_record *records = p->result.records;
    cr_expect_eq(records[0].kind, LEAK_DEFINITE);
    cr_expect_eq(records[0].allocator, HEAP_NEW);
    cr_expect_eq(records[0].direct.bytes + records[0].indirect.bytes, 45);
    cr_expect_eq(records[1].allocator, HEAP_MALLOC);
    cr_expect_eq(records[1].direct.blocks, 2);
    cr_expect_eq(records[1].direct.bytes, 30);
    cr_expect_eq(records[1].example, a);
    cr_expect_eq(records[2].kind, LEAK_INDIRECT);
}

Test(kinds, as_many_examples_as_were_wished_are_kept_of_each_record)
{
    uint64_t a = fake_take(p, 10), b = fake_take(p, 20), c = fake_take(p, 30), other = fake_take(p, 300);
    fake_find(p, b)->site = fake_find(p, c)->site = fake_find(p, a)->site;
    fake_check(p);
    cr_expect_eq(fake_record(p, a)->example_count, 0);
    p->wishes.examples = 2;
    fake_check(p);
    const struct leak_record *record = fake_record(p, a);
    cr_assert_eq(record->example_count, 2);
    cr_expect_eq(record->examples[0].address, a);
    cr_expect_eq(record->examples[1].address, b);
    cr_expect_eq(record->examples[1].size, 20);
    cr_assert_eq(fake_record(p, other)->example_count, 1);
    cr_expect_eq(fake_record(p, other)->examples[0].address, other);
}

struct asked {
    uint64_t addresses[8], refused;
    size_t count;
};

static bool is_confirmed(void *context, const struct heap_block *block)
{
    struct asked *asked = context;

    asked->addresses[asked->count++] = block->address;
    return block->address != asked->refused;
}

Test(kinds, lost_blocks_that_are_not_confirmed_are_counted_apart)
{
    uint64_t parent = fake_take(p, 16), child = fake_take(p, 90), maybe = fake_take(p, 70), held = fake_take(p, 5);
    struct asked asked = {.refused = parent};
    fake_put(p, parent, child);
    fake_global(p, held);
    fake_global(p, maybe + 3);
    p->wishes.confirmed = is_confirmed;
    p->wishes.context = &asked;
    fake_check(p);
    cr_assert_eq(asked.count, 3, "what the program can reach needs no confirmation");
    cr_expect_eq(asked.addresses[0], parent);
    cr_expect_eq(asked.addresses[2], maybe);
    cr_expect_eq(p->result.unconfirmed.blocks, 1);
    cr_expect_eq(p->result.unconfirmed.bytes, 16);
    cr_expect_eq(p->result.total[LEAK_DEFINITE].blocks, 0);
    cr_expect_eq(p->result.total[LEAK_INDIRECT].bytes, 90);
    cr_expect_eq(p->result.record_count, 3);
    asked = (struct asked){.refused = child};
    fake_check(p);
    cr_expect_eq(fake_record(p, parent)->indirect.blocks, 0, "nor does it count with another");
    cr_expect_eq(p->result.unconfirmed.bytes, 90);
}

Test(kinds, records_come_by_kind_then_largest_first)
{
    uint64_t small = fake_take(p, 10), large = fake_take(p, 1000), held = fake_take(p, 5000), maybe = fake_take(p, 3000);
    fake_global(p, held);
    fake_global(p, maybe + 100);
    fake_check(p);
    cr_assert_eq(p->result.record_count, 4);
    cr_expect_eq(p->result.records[0].example, large);
    cr_expect_eq(p->result.records[1].example, small);
    cr_expect_eq(p->result.records[2].example, maybe);
    cr_expect_eq(p->result.records[3].example, held);
}

Test(kinds, what_is_lost_with_a_block_counts_for_its_place)
{
    uint64_t large = fake_take(p, 100), parent = fake_take(p, 16), child = fake_take(p, 90);
    fake_put(p, parent, child);
    fake_check(p);
    cr_expect_eq(p->result.records[0].example, parent);
    cr_expect_eq(p->result.records[1].example, large);
}

Test(kinds, a_long_lost_list_needs_no_deep_stack)
{
    enum { LENGTH = 50000 };
    for (int i = 0; i < LENGTH; i++)
        fake_block(p, FAKE_HEAP + 16 + i * 32, 16);
    for (int i = 0; i + 1 < LENGTH; i++)
        fake_put(p, FAKE_HEAP + 16 + (uint64_t)(i + 1) * 32, FAKE_HEAP + 16 + (uint64_t)i * 32);
    fake_check(p);
    expect_total(LEAK_DEFINITE, 1, 16);
    expect_total(LEAK_INDIRECT, LENGTH - 1, 16 * (LENGTH - 1));
}
