/* SPDX-License-Identifier: MIT */
#include "base/hash_table.h"

#include <criterion/criterion.h>

static bool same_number(const void *entry, const void *key)
{
    return *(const unsigned *)entry == *(const unsigned *)key;
}

/* Puts 0 to 9999 into a table with the hashes that `hash` makes of them, and expects to find them all, and nothing else. */
static void fill_and_find(uint64_t (*hash)(unsigned number))
{
    static unsigned numbers[10000];
    struct hash_table table = {0};
    unsigned missing = 10000;

    cr_expect_null(hash_table_find(&table, hash(0), same_number, &numbers[0]));
    for (unsigned i = 0; i < 10000; i++) {
        numbers[i] = i;
        cr_assert_null(hash_table_find(&table, hash(i), same_number, &numbers[i]));
        hash_table_add(&table, hash(i), &numbers[i]);
    }
    cr_expect_eq(table.count, 10000);
    for (unsigned i = 0; i < 10000; i++)
        cr_assert_eq(hash_table_find(&table, hash(i), same_number, &i), &numbers[i]);
    cr_expect_null(hash_table_find(&table, hash(missing), same_number, &missing));
    hash_table_finish(&table);
    cr_expect_eq(table.count, 0);
}

static uint64_t mixed(unsigned number)
{
    return hash_mix(0, number);
}

static uint64_t crowded(unsigned number)
{
    return number % 100;
}

Test(hash_table, finds_what_was_added)
{
    fill_and_find(mixed);
}

Test(hash_table, equal_hashes_are_no_equal_entries)
{
    fill_and_find(crowded);
}

Test(hash_table, bytes_hash_by_contents_and_length)
{
    cr_expect_eq(hash_bytes("abcdefghij", 10), hash_bytes("abcdefghij", 10));
    cr_expect_neq(hash_bytes("abcdefghij", 10), hash_bytes("abcdefghik", 10));
    cr_expect_neq(hash_bytes("a\0", 1), hash_bytes("a\0", 2));
}
