/* SPDX-License-Identifier: MIT */
#include "hash_table.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

/* The slot where an entry with this hash is, or would be put: linear probing. */
static struct hash_slot *probe(const struct hash_table *table, uint64_t hash, hash_equal *equal, const void *key)
{
    size_t mask = table->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct hash_slot *slot = &table->slots[i];
        if (slot->entry == NULL || (equal != NULL && slot->hash == hash && equal(slot->entry, key)))
            return slot;
    }
}

void *hash_table_find(const struct hash_table *table, uint64_t hash, hash_equal *equal, const void *key)
{
    return table->capacity ? probe(table, hash, equal, key)->entry : NULL;
}

static void grow(struct hash_table *table)
{
    struct hash_table old = *table;

    table->capacity = old.capacity ? old.capacity * 2 : 64;
    table->slots = xcalloc(table->capacity, sizeof *table->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].entry != NULL)
            *probe(table, old.slots[i].hash, NULL, NULL) = old.slots[i];
    free(old.slots);
}

void hash_table_add(struct hash_table *table, uint64_t hash, void *entry)
{
    if (table->count + 1 > table->capacity / 4 * 3)
        grow(table);
    *probe(table, hash, NULL, NULL) = (struct hash_slot){hash, entry};
    table->count++;
}

void hash_table_finish(struct hash_table *table)
{
    free(table->slots);
    memset(table, 0, sizeof *table);
}

uint64_t hash_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

uint64_t hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t hash = hash_mix(size, 1), word = 0;

    for (; size >= sizeof word; at += sizeof word, size -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = hash_mix(hash, word);
    }
    word = 0;
    memcpy(&word, at, size);
    return hash_mix(hash, word);
}
