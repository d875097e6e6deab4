/* SPDX-License-Identifier: MIT
 * Random calls on a small address space: the intervals must say of each page what a table with one entry for each page says. */
#include <criterion/criterion.h>
#include <string.h>

#include "../heap/random.h"
#include "locks/lock_replay.h"

enum { PAGE_COUNT = 48, STEPS = 400, ROUNDS = 300 };

struct page {
    bool mapped, locked, on_fault;
    uint32_t site;
};

struct model {
    struct page pages[PAGE_COUNT];
    bool future, future_on_fault;
    uint32_t future_site;
    struct lock_replay replay;
    uint64_t random;
};

static uint64_t pick(struct model *model, uint64_t limit)
{
    return random_next(&model->random) % limit;
}

static uint64_t address_of(uint64_t page)
{
    return (page + 100) * LOCK_PAGE;
}

/* Some pages in a row; returns how many from `*first` on, at least one. */
static uint64_t pick_row(struct model *model, uint64_t *first)
{
    *first = pick(model, PAGE_COUNT);
    return 1 + pick(model, PAGE_COUNT - *first);
}

static void set_lock(struct page *page, bool on_fault, uint32_t site)
{
    page->locked = true;
    page->on_fault = on_fault;
    page->site = site;
}

/* ---- Calls ---- */

static void call_lock(struct model *model)
{
    uint64_t first, count = pick_row(model, &first);
    const uint64_t offset = pick(model, LOCK_PAGE), cut = pick(model, LOCK_PAGE);
    const uint32_t site = (uint32_t)pick(model, 4) + 1;
    const bool on_fault = pick(model, 3) == 0;

    for (uint64_t i = first; i < first + count; i++)
        if (!model->pages[i].mapped)
            return; /* it would fail */
    if (count == 1 && offset + cut >= LOCK_PAGE)
        return;
    lock_replay_lock(&model->replay, &(struct lock_request){address_of(first) + offset, count * LOCK_PAGE - offset - cut, LOCK_CALL,
                                                            on_fault, site});
    for (uint64_t i = first; i < first + count; i++)
        set_lock(&model->pages[i], on_fault, site);
}

static void call_unlock(struct model *model)
{
    uint64_t first, count = pick_row(model, &first);
    const uint64_t offset = pick(model, LOCK_PAGE);

    lock_replay_unlock(&model->replay, address_of(first) + offset, count * LOCK_PAGE - offset, 5);
    for (uint64_t i = first; i < first + count; i++)
        model->pages[i].locked = false;
}

static void call_map(struct model *model)
{
    uint64_t first, count = pick_row(model, &first);
    const bool locked = pick(model, 3) == 0, lockable = pick(model, 8) != 0;

    lock_replay_map(&model->replay,
                    &(struct lock_mapping){address_of(first), count * LOCK_PAGE - pick(model, LOCK_PAGE), locked, lockable, 6});
    for (uint64_t i = first; i < first + count; i++) {
        model->pages[i] = (struct page){.mapped = true};
        if (lockable && (locked || model->future))
            set_lock(&model->pages[i], model->future_on_fault, locked ? 6 : model->future_site);
    }
}

static void call_unmap(struct model *model)
{
    uint64_t first, count = pick_row(model, &first);

    lock_replay_unmap(&model->replay, address_of(first), count * LOCK_PAGE - pick(model, LOCK_PAGE));
    memset(&model->pages[first], 0, count * sizeof *model->pages);
}

static void call_move(struct model *model)
{
    uint64_t from, old_count = pick_row(model, &from), to, new_count = pick_row(model, &to);
    struct page moved[PAGE_COUNT] = {0};

    if (pick(model, 3) == 0)
        to = from;
    if (to + new_count > PAGE_COUNT || (to != from && from < to + new_count && to < from + old_count))
        return;
    lock_replay_move(&model->replay,
                     &(struct lock_move){address_of(from), old_count * LOCK_PAGE, address_of(to), new_count * LOCK_PAGE});
    for (uint64_t i = 0; i < new_count; i++) {
        moved[i] = model->pages[from + (i < old_count ? i : old_count - 1)];
        moved[i].mapped = true;
    }
    /* What the heap gains in place hides what was there. */
    memset(&model->pages[from], 0, old_count * sizeof *model->pages);
    for (uint64_t i = 0; i < new_count; i++)
        if (to != from || i < old_count || moved[i].locked)
            model->pages[to + i] = moved[i];
}

static void call_lock_all(struct model *model)
{
    struct lock_range ranges[PAGE_COUNT];
    struct lock_all all = {.current = pick(model, 2), .on_fault = pick(model, 2), .site = 7, .ranges = ranges};

    all.future = !all.current || pick(model, 2);
    for (uint64_t i = 0; i < PAGE_COUNT; i++)
        if (model->pages[i].mapped)
            ranges[all.range_count++] = (struct lock_range){.start = address_of(i), .end = address_of(i + 1)};
    lock_replay_lock_all(&model->replay, &all);
    model->future = all.future;
    model->future_on_fault = all.future && all.on_fault;
    model->future_site = all.site;
    for (uint64_t i = 0; all.current && i < PAGE_COUNT; i++)
        if (model->pages[i].mapped)
            set_lock(&model->pages[i], all.on_fault, all.site);
}

static void call_unlock_all(struct model *model)
{
    lock_replay_unlock_all(&model->replay);
    model->future = model->future_on_fault = false;
    for (uint64_t i = 0; i < PAGE_COUNT; i++)
        model->pages[i].locked = false;
}

/* ---- Comparison ---- */

static void compare(const struct model *model)
{
    const struct lock_set *set = &model->replay.locked;
    uint64_t bytes = 0;

    for (uint64_t i = 0; i < PAGE_COUNT; i++) {
        const struct page *page = &model->pages[i];
        const struct lock_range *range = lock_set_find(set, address_of(i) + 17);
        cr_assert_eq(range != NULL, page->locked, "page %d", (int)i);
        if (!range)
            continue;
        bytes += LOCK_PAGE;
        cr_assert_eq(range->on_fault, page->on_fault);
        cr_assert_eq(range->site, page->site);
    }
    cr_assert_eq(model->replay.bytes, bytes);
    cr_assert_eq(lock_set_bytes(set), bytes);
    for (size_t i = 0; i < set->count; i++) {
        cr_assert_lt(set->ranges[i].start, set->ranges[i].end);
        cr_assert(i == 0 || set->ranges[i - 1].end <= set->ranges[i].start);
    }
}

/* Every byte that is claimed lies in a locked page. */
static void check_claims(const struct model *model)
{
    const struct lock_claims *claims = &model->replay.claims;

    for (size_t i = 0; i < claims->count; i++) {
        const struct lock_claim *claim = &claims->items[i];
        const uint64_t start = lock_page_down(claim->start), end = lock_page_up(claim->end);
        cr_assert_eq(lock_set_overlap(&model->replay.locked, start, end), end - start);
        cr_assert(i == 0 || claims->items[i - 1].start <= claim->start);
        cr_assert_leq(claim->end - claim->start, claims->longest);
    }
}

Test(locks_random, intervals_say_what_single_pages_say)
{
    static void (*const calls[])(struct model *) = {call_lock, call_lock,  call_unlock, call_unlock, call_map,
                                                    call_map,  call_unmap, call_move,   call_move};

    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct model model = {.random = round * 77777};
        for (int step = 0; step < STEPS; step++) {
            const uint64_t what = pick(&model, 40);
            if (what == 0)
                call_lock_all(&model);
            else if (what == 1)
                call_unlock_all(&model);
            else
                calls[what % (sizeof calls / sizeof *calls)](&model);
            compare(&model);
            check_claims(&model);
        }
        lock_replay_finish(&model.replay);
    }
}
