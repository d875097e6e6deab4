/* SPDX-License-Identifier: MIT */
#include "leaks.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "cold_blocks.h"

#define NO_RECORD UINT32_MAX

/* The records of a call site form a chain: there are few, one for each kind and allocator. */
struct summation {
    const struct leak_wishes *wishes;
    struct leak_result *result;
    size_t capacity;
    uint32_t *newest; /* by call site */
    uint32_t *older;  /* by record */
    size_t older_capacity;
    bool *left_out;          /* by block: it was not confirmed; NULL if all are */
    struct cold_cursor cold; /* if wished for */
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

static void add_example(const struct leak_wishes *wishes, struct leak_record *record, const struct heap_block *block)
{
    if (record->example_count == wishes->examples)
        return;
    if (record->examples == NULL)
        record->examples = xcalloc(wishes->examples, sizeof *record->examples);
    record->examples[record->example_count++] = (struct leak_example){block->address, block->size};
}

static void add_cold(struct summation *sum, struct leak_record *record, uint64_t start, uint64_t end)
{
    const uint64_t bytes = cold_cursor_bytes(&sum->cold, start, end);
    struct leak_amount *const amounts[] = {&record->cold, &sum->result->cold[record->kind]};

    for (size_t i = 0; bytes > 0 && i < sizeof amounts / sizeof *amounts; i++) {
        amounts[i]->blocks++;
        amounts[i]->bytes += bytes;
    }
}

static void add_block(struct summation *sum, const struct block_table *table, size_t site_count, size_t number, uint8_t marks)
{
    const struct heap_block *block = &table->blocks[number];
    enum leak_kind kind = leak_kind_of(marks);
    uint32_t site = leak_site_of(block, site_count);
    struct leak_record *record = find_record(sum, kind, site, block->allocator);
    if (record == NULL)
        record = new_record(
            sum, (struct leak_record){.kind = kind, .site = site, .allocator = block->allocator, .example = block->address});
    add(&record->direct, block);
    add_example(sum->wishes, record, block);
    add(&sum->result->total[kind], block);
    if (kind == LEAK_DEFINITE && marks & MARK_POINTED_TO)
        record->cycle = true;
    if (sum->wishes->cold)
        add_cold(sum, record, block->address, block_content_end(table, number));
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

/* Whether the block is lost, but not known for long enough. */
static bool is_left_out(struct summation *sum, const struct heap_block *block, uint8_t marks)
{
    if (!leak_kind_is_lost(leak_kind_of(marks)) || sum->wishes->confirmed(sum->wishes->context, block))
        return false;
    add(&sum->result->unconfirmed, block);
    return true;
}

static void leave_out(struct summation *sum, const struct block_table *table, const uint8_t *marks)
{
    sum->left_out = xcalloc(table->count, sizeof *sum->left_out);
    for (size_t i = 0; i < table->count; i++)
        sum->left_out[i] = is_left_out(sum, &table->blocks[i], marks[i]);
}

/* Counts what hangs below a lost block with it. */
static void add_indirect(struct summation *sum, const struct block_table *table, size_t site_count,
                         const struct block_verdicts *verdicts)
{
    for (size_t i = 0; i < table->count; i++) {
        if (leak_kind_of(verdicts->marks[i]) != LEAK_INDIRECT || (sum->left_out && sum->left_out[i]))
            continue;
        const struct heap_block *owner = &table->blocks[verdicts->owners[i]];
        struct leak_record *record = find_record(sum, LEAK_DEFINITE, leak_site_of(owner, site_count), owner->allocator);
        if (record) /* or it was not confirmed */
            add(&record->indirect, &table->blocks[i]);
    }
}

void leaks_sum_up(const struct block_table *table, size_t site_count, const struct block_verdicts *verdicts,
                  const struct leak_wishes *wishes, struct leak_result *result)
{
    size_t sites = site_count ? site_count : 1;
    struct summation sum = {.wishes = wishes, .result = result, .newest = xreallocarray(NULL, sites, sizeof *sum.newest)};

    for (size_t i = 0; i < sites; i++)
        sum.newest[i] = NO_RECORD;
    if (wishes->cold)
        sum.cold = cold_cursor_begin(wishes->cold);
    if (wishes->confirmed)
        leave_out(&sum, table, verdicts->marks);
    for (size_t i = 0; i < table->count; i++)
        if (!sum.left_out || !sum.left_out[i])
            add_block(&sum, table, site_count, i, verdicts->marks[i]);
    add_indirect(&sum, table, site_count, verdicts);
    if (result->record_count)
        qsort(result->records, result->record_count, sizeof *result->records, compare_records);
    free(sum.newest);
    free(sum.older);
    free(sum.left_out);
}
