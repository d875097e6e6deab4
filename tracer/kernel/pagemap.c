/* SPDX-License-Identifier: MIT */
#include "pagemap.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PAGE = 4096, WORD_BATCH = 4096, RUN_BATCH = 4096 };

/* The words of 64 GiB are 128 MiB to read: a fraction of a second. */
#define PAGES_MAX (UINT64_C(1) << 24)

/* Addresses of programs; above are [vsyscall] and the kernel. */
#define ADDRESS_END (UINT64_C(1) << 63)

/* PAGEMAP_SCAN of linux/fs.h; older headers lack it. */
struct page_region {
    uint64_t start, end, categories;
};
struct pagemap_scan {
    uint64_t size, flags, start, end, walk_end, vector, vector_length, max_pages;
    uint64_t category_inverted, category_mask, category_any, return_mask;
};
#define PAGEMAP_SCAN_REQUEST  _IOWR('f', 16, struct pagemap_scan)
#define PAGE_IS_WPALLOWED_BIT (UINT64_C(1) << 0)
#define PAGE_IS_WRITTEN_BIT   (UINT64_C(1) << 1)
#define PAGE_IS_PRESENT_BIT   (UINT64_C(1) << 3)
#define PAGE_IS_SWAPPED_BIT   (UINT64_C(1) << 4)
#define PAGE_IS_PFNZERO_BIT   (UINT64_C(1) << 5)
#define SCAN_PROTECTS         (UINT64_C(1) << 0) /* PM_SCAN_WP_MATCHING */

/* Returns the number of regions, or -errno. */
static int scan(struct pagemap *pagemap, struct pagemap_scan *request)
{
    int count = ioctl(pagemap->file, PAGEMAP_SCAN_REQUEST, request);

    if (count >= 0)
        return count;
    pagemap->no_scan = errno == ENOTTY || errno == EINVAL;
    return -errno;
}

/* ---- The next run ---------------------------------------------------------------------------------------------------------- */

static int scan_present(struct pagemap *pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct page_region region = {0};
    struct pagemap_scan request = {
        .size = sizeof request,
        .start = from,
        .end = to,
        .vector = (uintptr_t)&region,
        .vector_length = 1,
        .category_any = PAGE_IS_PRESENT_BIT | PAGE_IS_SWAPPED_BIT,
        .return_mask = PAGE_IS_PRESENT_BIT, /* must not be empty */
    };

    int count = scan(pagemap, &request);
    if (count < 0)
        return count;
    *start = region.start;
    *end = region.end;
    return count > 0;
}

/* Reads the words of pages from `from` on, as many as fit, but not those from `to` on. Returns how many, or -errno. */
static int read_words(const struct pagemap *pagemap, uint64_t from, uint64_t to, uint64_t words[WORD_BATCH])
{
    size_t pages = (to - from) / PAGE;

    if (pages > WORD_BATCH)
        pages = WORD_BATCH;
    ssize_t size = pread(pagemap->file, words, pages * sizeof *words, (off_t)(from / PAGE * sizeof *words));
    if (size < (ssize_t)sizeof *words)
        return size < 0 ? -errno : -EIO;
    return (int)((size_t)size / sizeof *words);
}

static int read_present(const struct pagemap *pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    uint64_t words[WORD_BATCH];
    bool inside = false;

    *end = to;
    while (from < to) {
        const int count = read_words(pagemap, from, to, words);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++, from += PAGE) {
            bool present = (words[i] & (PAGEMAP_IS_PRESENT | PAGEMAP_IS_SWAPPED)) != 0;
            if (present && !inside) {
                *start = from;
                inside = true;
            } else if (!present && inside) {
                *end = from;
                return 1;
            }
        }
    }
    return inside;
}

int pagemap_next_present(struct pagemap *pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    int found = -EBADF;

    if (pagemap->file >= 0 && !pagemap->no_scan)
        found = scan_present(pagemap, from, to, start, end);
    if (found < 0 && pagemap->file >= 0)
        found = read_present(pagemap, from, to, start, end);
    return found;
}

/* ---- All that are resident ------------------------------------------------------------------------------------------------- */

/* One walk over the page tables tells all: about 3 ms for each GiB, measured with pages of 4 KiB. */
static int scan_resident(struct pagemap *pagemap, uint64_t from, uint64_t to, struct page_runs *pages)
{
    struct page_region regions[RUN_BATCH];
    struct pagemap_scan request = {
        .size = sizeof request,
        .start = from,
        .end = to,
        .vector = (uintptr_t)regions,
        .vector_length = RUN_BATCH,
        .category_inverted = PAGE_IS_PFNZERO_BIT,
        .category_mask = PAGE_IS_PRESENT_BIT | PAGE_IS_PFNZERO_BIT,
        .return_mask = PAGE_IS_PRESENT_BIT,
    };

    while (request.start < to) {
        const int count = scan(pagemap, &request);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++)
            page_runs_add(pages, regions[i].start, regions[i].end);
        if (request.walk_end <= request.start) /* no progress: the kernel makes no sense */
            return -EIO;
        request.start = request.walk_end;
    }
    return 0;
}

static int read_resident(const struct pagemap *pagemap, const struct memory_map *map, struct page_runs *pages)
{
    uint64_t words[WORD_BATCH], at = map->start;

    while (at < map->end) {
        const int count = read_words(pagemap, at, map->end, words);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++, at += PAGE)
            if (words[i] & PAGEMAP_IS_PRESENT)
                page_runs_add(pages, at, at + PAGE);
    }
    return 0;
}

static bool is_looked_at(const struct memory_map *map)
{
    return (map->readable || map->writable || map->executable) && map->start < ADDRESS_END;
}

static int read_all_resident(const struct pagemap *pagemap, const struct memory_maps *maps, struct page_runs *pages)
{
    uint64_t total = 0;
    int error = 0;

    for (size_t i = 0; i < maps->count; i++)
        total += is_looked_at(&maps->maps[i]) ? (maps->maps[i].end - maps->maps[i].start) / PAGE : 0;
    if (total > PAGES_MAX)
        return -E2BIG;
    for (size_t i = 0; i < maps->count && !error; i++)
        if (is_looked_at(&maps->maps[i]))
            error = read_resident(pagemap, &maps->maps[i], pages);
    return error;
}

int pagemap_resident(struct pagemap *pagemap, const struct memory_maps *maps, struct page_runs *pages)
{
    size_t count = maps->count;

    while (count > 0 && maps->maps[count - 1].start >= ADDRESS_END)
        count--;
    *pages = (struct page_runs){0};
    if (pagemap->file < 0)
        return -EBADF;
    if (count == 0)
        return 0;
    int error = -ENOTTY;
    if (!pagemap->no_scan)
        error = scan_resident(pagemap, maps->maps[0].start, maps->maps[count - 1].end, pages);
    if (!pagemap->no_scan)
        return error;
    page_runs_finish(pages);
    return read_all_resident(pagemap, maps, pages);
}

/* ---- Written since ---------------------------------------------------------------------------------------------------------- */

static void sort_out(const struct page_region *region, struct page_runs *data, struct page_runs *untouched)
{
    if (data)
        page_runs_add(data, region->start, region->end);
    if ((region->categories & (PAGE_IS_WPALLOWED_BIT | PAGE_IS_WRITTEN_BIT)) == PAGE_IS_WPALLOWED_BIT)
        page_runs_add(untouched, region->start, region->end);
}

int pagemap_unwritten(struct pagemap *pagemap, uint64_t from, uint64_t to, bool protect, struct page_runs *data,
                      struct page_runs *untouched)
{
    struct page_region regions[RUN_BATCH];
    struct pagemap_scan request = {
        .size = sizeof request,
        .flags = protect ? SCAN_PROTECTS : 0,
        .start = from,
        .end = to,
        .vector = (uintptr_t)regions,
        .vector_length = RUN_BATCH,
        .category_inverted = PAGE_IS_PFNZERO_BIT,
        .category_mask = PAGE_IS_PFNZERO_BIT,
        .category_any = PAGE_IS_PRESENT_BIT | PAGE_IS_SWAPPED_BIT,
        .return_mask = PAGE_IS_WPALLOWED_BIT | PAGE_IS_WRITTEN_BIT,
    };

    while (request.start < to) {
        const int count = scan(pagemap, &request);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++)
            sort_out(&regions[i], data, untouched);
        if (request.walk_end <= request.start)
            return -EIO;
        request.start = request.walk_end;
    }
    return 0;
}

/* ---- Words ----------------------------------------------------------------------------------------------------------------- */

static int visit_words(const struct pagemap *pagemap, uint64_t from, uint64_t to, pagemap_visit *visit, void *context)
{
    uint64_t words[WORD_BATCH];

    while (from < to) {
        const int count = read_words(pagemap, from, to, words);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++, from += PAGE)
            if (words[i] & (PAGEMAP_IS_PRESENT | PAGEMAP_IS_SWAPPED))
                visit(context, from, words[i]);
    }
    return 0;
}

int pagemap_visit_present(struct pagemap *pagemap, uint64_t from, uint64_t to, pagemap_visit *visit, void *context)
{
    uint64_t start, end;
    int found;

    while (from < to && (found = pagemap_next_present(pagemap, from, to, &start, &end)) != 0) {
        const int error = found < 0 ? found : visit_words(pagemap, start, end, visit, context);
        if (error)
            return error;
        from = end;
    }
    return 0;
}

/* ---- Sums ------------------------------------------------------------------------------------------------------------------ */

int pagemap_count(const struct pagemap *pagemap, uint64_t start, uint64_t end, struct page_census *census)
{
    uint64_t words[WORD_BATCH];

    if (pagemap->file < 0)
        return -EBADF;
    while (start < end) {
        const int count = read_words(pagemap, start, end, words);
        if (count < 0)
            return count;
        for (int i = 0; i < count; i++, start += PAGE) {
            const uint64_t bytes = words[i] & PAGEMAP_IS_PRESENT ? PAGE : 0;
            census->present += bytes;
            census->exclusive += words[i] & PAGEMAP_IS_EXCLUSIVE ? bytes : 0;
        }
    }
    return 0;
}
