/* SPDX-License-Identifier: MIT */
#include "leak_scan.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "big_array.h"
#include "block_contents.h"
#include "classify.h"
#include "leaks.h"
#include "reachability.h"
#include "roots.h"
#include "suppress.h"
#include "who_points_at.h"

struct leak_scan {
    const struct snapshot *snapshot;
    struct block_table table;
    struct pointer_graph graph;
    uint8_t *marks; /* enum block_mark, of each block and of the roots' row */
    uint64_t unreadable_bytes;
    struct leak_wishes wishes;
};

static void read_pointers(struct leak_scan *scan)
{
    struct block_index *index = block_index_create(&scan->table);
    struct pointer_collector *collector = pointer_collector_create(index);
    struct range_reader reader;

    range_reader_init(&reader, &scan->snapshot->memory);
    block_contents_collect(&scan->table, &reader, collector);
    roots_collect(scan->snapshot, index, &reader, collector);
    scan->unreadable_bytes = reader.unreadable_bytes;
    range_reader_finish(&reader);
    pointer_collector_finish(collector, &scan->graph);
    block_index_destroy(index);
}

static uint8_t *mark_leaves(const struct pointer_graph *graph)
{
    uint8_t *marks = big_array_create(graph->block_count + 1, sizeof *marks);

    for (size_t i = 0; i <= graph->block_count; i++)
        marks[i] = pointer_graph_row(graph, i) == pointer_graph_row(graph, i + 1) ? MARK_LEAF : 0;
    return marks;
}

struct leak_scan *leak_scan_begin(const struct snapshot *snapshot)
{
    struct leak_scan *scan = xcalloc(1, sizeof *scan);

    scan->snapshot = snapshot;
    block_table_init(&scan->table, snapshot);
    read_pointers(scan);
    scan->marks = mark_leaves(&scan->graph);
    reachability_mark(snapshot, &scan->table, &scan->graph, scan->marks);
    return scan;
}

void leak_scan_wish(struct leak_scan *scan, const struct leak_wishes *wishes)
{
    scan->wishes = *wishes;
}

static void answer_questions(const struct leak_scan *scan, struct leak_result *result)
{
    const struct leak_wishes *wishes = &scan->wishes;
    const struct pointer_question question = {scan->snapshot, &scan->table, &scan->graph, scan->marks};

    if (wishes->address_count == 0)
        return;
    result->answers = who_points_at(&question, wishes->addresses, wishes->address_count);
    result->answer_count = wishes->address_count;
}

void leak_scan_finish(struct leak_scan *scan, leak_suppressed *suppressed, void *context, struct leak_result *result)
{
    const struct block_table *table = &scan->table;
    size_t site_count = scan->snapshot->site_count;
    uint32_t *owners = big_array_create(table->count, sizeof *owners);

    *result = (struct leak_result){.unreadable_bytes = scan->unreadable_bytes, .invalid_blocks = table->left_out};
    classify_lost(table, &scan->graph, scan->marks, owners);
    if (suppressed)
        suppress_blocks(table, site_count, &scan->graph, scan->marks, suppressed, context);
    answer_questions(scan, result);
    if (scan->wishes.duplicates)
        page_duplicates_count(table, scan->marks, &scan->snapshot->memory, scan->wishes.duplicates, &result->duplicates);
    leaks_sum_up(table, site_count, &(struct block_verdicts){scan->marks, owners}, &scan->wishes, result);
    big_array_destroy(owners, table->count, sizeof *owners);
    big_array_destroy(scan->marks, table->count + 1, sizeof *scan->marks);
    pointer_graph_finish(&scan->graph);
    block_table_finish(&scan->table);
    free(scan);
}

void leak_result_finish(struct leak_result *result)
{
    for (size_t i = 0; i < result->record_count; i++)
        free(result->records[i].examples);
    free(result->records);
    pointer_answers_finish(result->answers, result->answer_count);
    *result = (struct leak_result){0};
}
