/* SPDX-License-Identifier: MIT */
#include "page_duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "block_table.h"
#include "leaks.h"
#include "range_reader.h"

enum { PAGE_WORDS = PAGE_SIZE / sizeof(uint64_t), RECORD_SIZE = 64 };

/* Pages that follow each other. */
struct page_range {
    uint64_t start, end;
    bool lost; /* only lost blocks lie there */
};

/* A page that is not full of zeros. */
struct hashed_page {
    uint64_t hash, address;
    bool lost;
};

struct duplicate_counter {
    const struct duplicate_settings *settings;
    const struct memory_view *memory;
    struct page_duplicates *result;
    struct page_range *ranges;
    size_t range_count, range_capacity;
    struct hashed_page *pages;
    size_t page_count, page_capacity;
    bool lost; /* of the range that is being read */
};

/* ---- Which pages ----------------------------------------------------------------------------------------------------------- */

static void add_range(struct duplicate_counter *counter, struct page_range range)
{
    struct page_range *last = counter->range_count > 0 ? &counter->ranges[counter->range_count - 1] : NULL;

    if (range.start >= range.end)
        return;
    if (last && last->end == range.start && last->lost == range.lost) {
        last->end = range.end;
        return;
    }
    counter->ranges = xgrow(counter->ranges, &counter->range_capacity, counter->range_count + 1, sizeof *counter->ranges);
    counter->ranges[counter->range_count++] = range;
}

/* Blocks come in ascending order: one may begin on the page on which the last one ended. That page is lost if both are. */
static void add_block(struct duplicate_counter *counter, uint64_t start, uint64_t end, bool lost)
{
    struct page_range *last = counter->range_count > 0 ? &counter->ranges[counter->range_count - 1] : NULL;
    struct page_range range = {start & -PAGE_SIZE, (end + PAGE_SIZE - 1) & -PAGE_SIZE, lost};

    if (last && last->end > range.start && last->lost && !lost) {
        last->end -= PAGE_SIZE;
        if (last->start == last->end)
            counter->range_count--;
    } else if (last && last->end > range.start) {
        range.start = last->end;
    }
    add_range(counter, range);
}

/* ---- Reading them ---------------------------------------------------------------------------------------------------------- */

static bool is_zero(const uint64_t *page)
{
    return page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - sizeof *page) == 0;
}

static void take_page(struct duplicate_counter *counter, uint64_t address, const uint64_t *page)
{
    struct page_duplicates *result = counter->result;

    result->live.pages++;
    result->lost.pages += counter->lost;
    if (is_zero(page)) {
        result->live.zero_pages++;
        result->lost.zero_pages += counter->lost;
        return;
    }
    counter->pages = xgrow(counter->pages, &counter->page_capacity, counter->page_count + 1, sizeof *counter->pages);
    counter->pages[counter->page_count++] = (struct hashed_page){counter->settings->hash(page, PAGE_SIZE), address, counter->lost};
}

/* What does not come as a whole page could not be read to its end. */
static void take_words(void *context, uint64_t address, const uint64_t *words, size_t count)
{
    struct duplicate_counter *counter = context;
    size_t skipped = -address % PAGE_SIZE / sizeof *words;

    if (skipped > count)
        skipped = count;
    const size_t whole = (count - skipped) / PAGE_WORDS;
    for (size_t i = 0; i < whole; i++)
        take_page(counter, address + skipped * sizeof *words + i * PAGE_SIZE, words + skipped + i * PAGE_WORDS);
    counter->result->unreadable_bytes += (count - whole * PAGE_WORDS) * sizeof *words;
}

static void read_pages(struct duplicate_counter *counter)
{
    struct range_reader reader;

    range_reader_init(&reader, counter->memory);
    for (size_t i = 0; i < counter->range_count; i++) {
        counter->lost = counter->ranges[i].lost;
        range_reader_run(&reader, counter->ranges[i].start, counter->ranges[i].end, take_words, counter);
    }
    counter->result->unreadable_bytes += reader.unreadable_bytes;
    range_reader_finish(&reader);
}

/* ---- Comparing them -------------------------------------------------------------------------------------------------------- */

static void add_equal(const struct duplicate_settings *settings, struct duplicate_count *count, uint64_t pages)
{
    if (pages > 0)
        count->saved += pages - (pages + settings->sharing_max - 1) / settings->sharing_max;
}

static void add_contents(struct duplicate_counter *counter, uint64_t pages, uint64_t lost)
{
    struct page_duplicates *result = counter->result;

    result->live.contents++;
    result->lost.contents += lost > 0;
    add_equal(counter->settings, &result->live, pages);
    add_equal(counter->settings, &result->lost, lost);
}

static bool read_page(const struct duplicate_counter *counter, uint64_t address, unsigned char page[PAGE_SIZE])
{
    return memory_read(counter->memory, address, page, PAGE_SIZE) == PAGE_SIZE;
}

/* Counts the pages of a group with one hash that are equal to its first; moves the others to the front. Returns how many these are.
 * A page that cannot be read once more is one of its own. */
static size_t count_like_first(struct duplicate_counter *counter, struct hashed_page *group, size_t count)
{
    unsigned char first[PAGE_SIZE], other[PAGE_SIZE];
    const bool readable = count > 1 && read_page(counter, group[0].address, first);
    uint64_t equal = 1, lost = group[0].lost;
    size_t others = 0;

    for (size_t i = 1; i < count; i++) {
        if (readable && read_page(counter, group[i].address, other) && memcmp(first, other, PAGE_SIZE) == 0) {
            equal++;
            lost += group[i].lost;
        } else {
            group[others++] = group[i];
        }
    }
    add_contents(counter, equal, lost);
    return others;
}

static int compare_hashes(const void *left, const void *right)
{
    const struct hashed_page *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->address < b->address ? -1 : a->address > b->address;
}

static void compare_pages(struct duplicate_counter *counter)
{
    size_t end;

    if (counter->page_count > 0)
        qsort(counter->pages, counter->page_count, sizeof *counter->pages, compare_hashes);
    for (size_t start = 0; start < counter->page_count; start = end) {
        for (end = start + 1; end < counter->page_count && counter->pages[end].hash == counter->pages[start].hash; end++)
            continue;
        for (size_t count = end - start; count > 0;)
            count = count_like_first(counter, &counter->pages[start], count);
    }
    add_equal(counter->settings, &counter->result->live, counter->result->live.zero_pages);
    add_equal(counter->settings, &counter->result->lost, counter->result->lost.zero_pages);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------------- */

void page_duplicates_count(const struct block_table *table, const uint8_t *marks, const struct memory_view *memory,
                           const struct duplicate_settings *settings, struct page_duplicates *result)
{
    const struct duplicate_settings used = {.sharing_max = settings->sharing_max > 1 ? settings->sharing_max : 2,
                                            .hash = settings->hash ? settings->hash : hash_bytes};
    struct duplicate_counter counter = {.settings = &used, .memory = memory, .result = result};

    *result = (struct page_duplicates){.counted = true};
    for (size_t i = 0; i < table->count; i++)
        add_block(&counter, table->blocks[i].address, block_end(table, i), leak_kind_is_lost(leak_kind_of(marks[i])));
    read_pages(&counter);
    compare_pages(&counter);
    free(counter.ranges);
    free(counter.pages);
}

int64_t duplicate_count_profit(const struct duplicate_count *count)
{
    return (int64_t)(count->saved * PAGE_SIZE) - (int64_t)(count->pages * RECORD_SIZE);
}
