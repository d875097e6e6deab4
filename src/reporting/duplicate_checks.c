/* SPDX-License-Identifier: MIT */
#include "duplicate_checks.h"

#include <inttypes.h>

#include "base/size_text.h"
#include "base/xalloc.h"

enum { LEAST_PERCENT = 5, LEAST_BYTES = 1 << 20 };

struct check_row {
    const char *id;
    void (*check)(const struct page_duplicates *duplicates, const struct check_row *row, struct finding_list *list);
    const char *remedy;
};

static void judge(const struct duplicate_count *count, const char *whose, const struct check_row *row, struct finding_list *list)
{
    const int64_t profit = duplicate_count_profit(count);

    if (profit < LEAST_BYTES || count->saved * 100 < count->pages * LEAST_PERCENT)
        return;
    list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct limit_finding){
        .id = row->id,
        .severity = FINDING_NOTE,
        .what = xasprintf("merging equal pages of %s would save %s", whose, size_text((uint64_t)profit).text),
        .numbers = xasprintf("%" PRIu64 " pages, %" PRIu64 " of them full of zeros, the others with %" PRIu64
                             " different contents; %" PRIu64 " would be free",
                             count->pages, count->zero_pages, count->contents, count->saved),
        .remedy = xstrdup(row->remedy),
    };
}

static void check_opportunity(const struct page_duplicates *duplicates, const struct check_row *row, struct finding_list *list)
{
    judge(&duplicates->live, "live blocks", row, list);
    judge(&duplicates->lost, "lost blocks", row, list);
}

static const struct check_row rows[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, function, remedy},
#include "duplicate_checks.def"
#undef CHECK
};

void duplicate_checks_run(const struct page_duplicates *duplicates, struct finding_list *list)
{
    *list = (struct finding_list){0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        rows[i].check(duplicates, &rows[i], list);
}
