/* SPDX-License-Identifier: MIT */
#include "heap/leaks.h"

#include <stdlib.h>

#include "xalloc.h"

#define NO_RECORD UINT32_MAX

/* The records of a call site form a chain: there are few, one for each kind and allocator. */
struct summation {
    struct leak_result *result;
    size_t capacity;
    uint32_t *newest; /* by call site */
    uint32_t *older;  /* by record */
    size_t older_capacity;
};

enum leak_kind leak_kind_of(uint8_t marks)
{
    if (marks & MARK_REACHABLE)
        return LEAK_REACHABLE;
    if (marks & MARK_SUPPRESSED)
        return LEAK_SUPPRESSED;
    if (marks & MARK_POSSIBLE)
        return LEAK_POSSIBLE;
    return marks & MARK_DEFINITE ? LEAK_DEFINITE : LEAK_INDIRECT;
}

static struct leak_record *new_record(struct summation *sum, struct leak_record record)
{
    struct leak_result *result = sum->result;
    size_t number = result->record_count++;

    result->records = xgrow(result->records, &sum->capacity, number + 1, sizeof *result->records);
    sum->older = xgrow(sum->older, &sum->older_capacity, number + 1, sizeof *sum->older);
    result->records[number] = record;
    sum->older[number] = sum->newest[record.site];
    sum->newest[record.site] = (uint32_t)number;
    return &result->records[number];
}

static struct leak_record *find_record(struct summation *sum, enum leak_kind kind, uint32_t site, uint8_t allocator)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): new_record() made room for all that `newest` names */
    for (uint32_t i = sum->newest[site]; i != NO_RECORD; i = sum->older[i])
        if (sum->result->records[i].kind == kind && sum->result->records[i].allocator == allocator)
            return &sum->result->records[i];
    return NULL;
}

static void add(struct leak_amount *amount, const struct heap_block *block)
{
    amount->blocks++;
    amount->bytes += block->size;
}

static void add_block(struct summation *sum, size_t site_count, const struct heap_block *block, uint8_t marks)
{
    enum leak_kind kind = leak_kind_of(marks);
    uint32_t site = leak_site_of(block, site_count);
    struct leak_record *record = find_record(sum, kind, site, block->allocator);

    if (record == NULL)
        record = new_record(
            sum, (struct leak_record){.kind = kind, .site = site, .allocator = block->allocator, .example = block->address});
    add(&record->direct, block);
    add(&sum->result->total[kind], block);
    if (kind == LEAK_DEFINITE && marks & MARK_POINTED_TO)
        record->cycle = true;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_records(const void *left, const void *right)
{
    const struct leak_record *a = left, *b = right;
    int order = compare_numbers(a->kind, b->kind);

    if (order == 0)
        order = compare_numbers(b->direct.bytes + b->indirect.bytes, a->direct.bytes + a->indirect.bytes);
    if (order == 0)
        order = compare_numbers(b->direct.blocks + b->indirect.blocks, a->direct.blocks + a->indirect.blocks);
    if (order == 0)
        order = compare_numbers(a->site, b->site);
    return order ? order : compare_numbers(a->allocator, b->allocator);
}

void leaks_sum_up(const struct block_table *table, size_t site_count, const uint8_t *marks, const uint32_t *owners,
                  struct leak_result *result)
{
    size_t sites = site_count ? site_count : 1;
    struct summation sum = {.result = result, .newest = xreallocarray(NULL, sites, sizeof *sum.newest)};

    for (size_t i = 0; i < sites; i++)
        sum.newest[i] = NO_RECORD;
    for (size_t i = 0; i < table->count; i++)
        add_block(&sum, site_count, &table->blocks[i], marks[i]);
    for (size_t i = 0; i < table->count; i++) {
        if (leak_kind_of(marks[i]) != LEAK_INDIRECT)
            continue;
        const struct heap_block *owner = &table->blocks[owners[i]];
        add(&find_record(&sum, LEAK_DEFINITE, leak_site_of(owner, site_count), owner->allocator)->indirect, &table->blocks[i]);
    }
    if (result->record_count)
        qsort(result->records, result->record_count, sizeof *result->records, compare_records);
    free(sum.newest);
    free(sum.older);
}
