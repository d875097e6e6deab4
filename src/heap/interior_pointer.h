/* SPDX-License-Identifier: MIT
 *
 * Some pointers into the inside of a block are what a program keeps of it in the normal course of things. These count like pointers
 * to the start; the rules are those that memcheck documents for --leak-check-heuristics:
 *
 *   stdstring            offset 24; the block is a length, a capacity, a reference count and capacity + 1 characters
 *   length64             offset 8; the first word is the number of bytes that follow
 *   newarray             offset 8; the first word is the number of elements, all of the same size
 *   multipleinheritance  the word pointed to and the first word are addresses of vtables
 *
 * And one more: a record on the first cache line boundary whose second word is the address of the block. */
#ifndef LEAKWATCH_HEAP_INTERIOR_POINTER_H
#define LEAKWATCH_HEAP_INTERIOR_POINTER_H

#include "range_reader.h"
#include "snapshot.h"

#define VTABLES_REMEMBERED 256

struct interior_pointer_rules {
    const struct snapshot *snapshot;
    uint64_t page; /* address of the page read last */
    size_t page_size;
    uint64_t page_words[PAGE_SIZE / 8];
    struct {
        uint64_t address;
        bool is_vtable;
    } vtables[VTABLES_REMEMBERED];
};

/* Can any rule fit, going by offset and size alone? */
bool interior_pointer_may_be_start(const struct heap_block *block, uint64_t offset);

/* Reads what it needs of the block through the snapshot's memory view. `rules` starts with `snapshot` set and all else zero. */
bool interior_pointer_is_start(struct interior_pointer_rules *rules, const struct heap_block *block, uint64_t offset);

#endif
