/* SPDX-License-Identifier: MIT */
#include "interior_pointer.h"

#define VTABLE_SCAN      20 /* words looked at */
#define VTABLE_FUNCTIONS 2  /* pointers to code among them that make a vtable */

bool interior_pointer_may_be_start(const struct heap_block *block, uint64_t offset)
{
    return offset % 8 == 0 && (offset == 24 || (offset <= block->size && block->size - offset >= 8) || offset == 8);
}

/* Reads the aligned word at `address`. */
static bool read_word(struct interior_pointer_rules *rules, uint64_t address, uint64_t *word)
{
    uint64_t page = address & ~(PAGE_SIZE - 1), offset = address - page;

    if (page != rules->page || rules->page_size == 0) {
        rules->page = page;
        rules->page_size = memory_read(&rules->snapshot->memory, page, rules->page_words, PAGE_SIZE);
    }
    if (offset + 8 <= rules->page_size) {
        *word = rules->page_words[offset / 8];
        return true;
    }
    return memory_read(&rules->snapshot->memory, address, word, 8) == 8;
}

/* A vtable lies in a mapped file; within its first words there are at least two pointers to code, and otherwise only nulls. */
static bool looks_like_vtable(const struct snapshot *snapshot, uint64_t address)
{
    const struct code_range *file = code_range_find(snapshot->file_mapped, snapshot->file_mapped_count, address);
    uint64_t words[VTABLE_SCAN];
    unsigned functions = 0;

    if (file == NULL)
        return false;
    uint64_t size = file->end - address < sizeof words ? file->end - address : sizeof words;
    size_t count = memory_read(&snapshot->memory, address, words, size) / 8;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == 0)
            continue;
        if (code_range_find(snapshot->executable, snapshot->executable_count, words[i]) == NULL)
            return false;
        if (++functions == VTABLE_FUNCTIONS)
            return true;
    }
    return false;
}

static bool is_vtable(struct interior_pointer_rules *rules, uint64_t address)
{
    if (address % 8 != 0 || address < PAGE_SIZE)
        return false;
    size_t slot = address / 8 % VTABLES_REMEMBERED;
    if (rules->vtables[slot].address != address) {
        rules->vtables[slot].address = address;
        rules->vtables[slot].is_vtable = looks_like_vtable(rules->snapshot, address);
    }
    return rules->vtables[slot].is_vtable;
}

static bool is_string(struct interior_pointer_rules *rules, const struct heap_block *block)
{
    uint64_t length, capacity;

    return block->size >= 25 && read_word(rules, block->address + 8, &capacity) && capacity == block->size - 25 &&
           read_word(rules, block->address, &length) && length <= capacity;
}

/* An array behind the number of its elements; the number of its bytes is a case of it. */
static bool is_counted_array(uint64_t first_word, uint64_t size)
{
    return first_word > 0 && size > 8 && (size - 8) % first_word == 0;
}

/* A record that was aligned by hand, and has the address that must be given to free() as its second word, as the tables of glibc's
 * _dl_find_object() do (elf/dl-find_object.c). */
static bool is_aligned_record(struct interior_pointer_rules *rules, const struct heap_block *block, uint64_t offset)
{
    enum { LINE = 64 };
    uint64_t second;

    return offset <= LINE && (block->address + offset) % LINE == 0 && offset + 16 <= block->size &&
           read_word(rules, block->address + offset + 8, &second) && second == block->address;
}

bool interior_pointer_is_start(struct interior_pointer_rules *rules, const struct heap_block *block, uint64_t offset)
{
    uint64_t first, inner;

    if (offset == 24 && is_string(rules, block))
        return true;
    if (block->size < 8 || !read_word(rules, block->address, &first))
        return false;
    if ((offset == 8 && is_counted_array(first, block->size)) || is_aligned_record(rules, block, offset))
        return true;
    return offset % 8 == 0 && offset + 8 <= block->size && is_vtable(rules, first) &&
           read_word(rules, block->address + offset, &inner) && is_vtable(rules, inner);
}
