/* SPDX-License-Identifier: MIT
 *
 * What was seen of the descriptors of a task: which call opened each number last. Threads mostly share one such table, as they
 * share the descriptors. Values only. */
#ifndef LEAKWATCH_TRACER_DESCRIPTORS_DESCRIPTOR_TABLE_H
#define LEAKWATCH_TRACER_DESCRIPTORS_DESCRIPTOR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where something was opened; shared by the descriptors that one call opened and by copies of tables. */
struct opening {
    unsigned users;
    uint32_t generation; /* of the modules */
    size_t frame_count;
    uint64_t frames[]; /* return addresses, innermost first */
};

/* What the kernel has behind a descriptor: when a number was opened again unseen, this differs. All zero: not known. */
struct descriptor_identity {
    uint64_t device, inode;
};

struct descriptor_entry {
    int number;
    bool inherited; /* it was there when the process, or its present program, began */
    struct descriptor_identity identity;
    struct opening *opening; /* NULL: before the present program began */
};

struct descriptor_table {
    unsigned users;
    struct descriptor_entry *entries; /* sorted by number */
    size_t count, capacity;
};

/* Never NULL. */
struct opening *opening_create(const uint64_t *frames, size_t count, uint32_t generation);
void opening_unref(struct opening *opening); /* takes NULL */

/* Never NULL; released with descriptor_table_unref(), which takes NULL. */
struct descriptor_table *descriptor_table_create(void);
struct descriptor_table *descriptor_table_ref(struct descriptor_table *table);
void descriptor_table_unref(struct descriptor_table *table);
/* Of a child that has copies of all descriptors, or, not `inherited`, of a thread that no longer shares them. */
struct descriptor_table *descriptor_table_copy(const struct descriptor_table *original, bool inherited);

/* Notes the last opening of a number; `opening` (may be NULL) is shared. */
void descriptor_table_set(struct descriptor_table *table, const struct descriptor_entry *entry);
/* The entry of this number if it is about the same thing, as far as that is known, or NULL. */
const struct descriptor_entry *descriptor_table_find(const struct descriptor_table *table, int number,
                                                     const struct descriptor_identity *identity);

#endif
