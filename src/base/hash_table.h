/* SPDX-License-Identifier: MIT
 *
 * A hash table of pointers. The caller owns what they point to, computes hashes and compares; the table finds. All zero is an empty
 * table. */
#ifndef LEAKWATCH_BASE_HASH_TABLE_H
#define LEAKWATCH_BASE_HASH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_table {
    struct hash_slot {
        uint64_t hash;
        void *entry;
    } * slots;
    size_t capacity, count; /* capacity is a power of 2, or 0 */
};

typedef bool hash_equal(const void *entry, const void *key);

/* The entry with this hash for which equal(entry, key) holds, or NULL. */
void *hash_table_find(const struct hash_table *table, uint64_t hash, hash_equal *equal, const void *key);
/* Adds an entry, which must not be in the table yet. */
void hash_table_add(struct hash_table *table, uint64_t hash, void *entry);
/* Releases the table, not the entries. */
void hash_table_finish(struct hash_table *table);

/* Hashes for keys: of bytes, and of one more number on top of a hash. Not meant to withstand an attacker: a chain of equal hashes
 * costs time, never correctness. */
uint64_t hash_bytes(const void *bytes, size_t size);
uint64_t hash_mix(uint64_t hash, uint64_t value);

#endif
