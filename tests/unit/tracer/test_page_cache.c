/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "tracer/kernel/page_cache.h"

enum { PAGES = 20, SIZE = PAGES * PAGE_CACHE_PAGE_SIZE };

static const uint64_t base = 0x10000;

/* Memory of `size` bytes at `base`. */
struct fake {
    char bytes[SIZE];
    size_t size;
    unsigned reads;
};

static struct fake fake;
static struct page_cache cache;

static size_t read_fake(void *context, uint64_t address, void *buffer, size_t size)
{
    struct fake *memory = context;

    memory->reads++;
    if (address < base || address - base >= memory->size)
        return 0;
    const size_t there = memory->size - (address - base), count = size < there ? size : there;
    memcpy(buffer, memory->bytes + (address - base), count);
    return count;
}

static void init(void)
{
    const struct memory_view view = {.read = read_fake, .context = &fake};

    for (size_t i = 0; i < SIZE; i++)
        fake.bytes[i] = (char)(i * 31 + i / 251);
    fake.size = SIZE;
    fake.reads = 0;
    page_cache_begin(&cache, &view);
}

static void require_read(uint64_t offset, size_t size, size_t expected)
{
    static char buffer[SIZE];
    const struct memory_view view = page_cache_view(&cache);

    cr_assert_eq(memory_read(&view, base + offset, buffer, size), expected);
    cr_assert_eq(memcmp(buffer, fake.bytes + offset, expected), 0, "%lu+%zu", offset, size);
}

Test(page_cache, reads_what_is_there, .init = init)
{
    for (uint64_t offset = 0; offset < SIZE - 300; offset += 977)
        require_read(offset, 300, 300);
    require_read(5, 3 * PAGE_CACHE_PAGE_SIZE, 3 * PAGE_CACHE_PAGE_SIZE);
    require_read(0, 0, 0);
}

Test(page_cache, reads_a_page_once, .init = init)
{
    for (uint64_t offset = 0; offset + 8 <= PAGE_CACHE_PAGE_SIZE; offset += 8)
        require_read(offset, 8, 8);
    cr_assert_eq(fake.reads, 1);
    require_read(PAGE_CACHE_PAGE_SIZE - 4, 8, 8);
    cr_assert_eq(fake.reads, 2);
}

Test(page_cache, more_pages_than_it_keeps, .init = init)
{
    for (int round = 0; round < 3; round++)
        for (uint64_t page = 0; page < PAGES; page++)
            require_read(page * PAGE_CACHE_PAGE_SIZE + 100, 200, 200);
}

Test(page_cache, forgets_at_the_next_stop, .init = init)
{
    const struct memory_view view = {.read = read_fake, .context = &fake};

    require_read(0, 16, 16);
    fake.bytes[3] = 'x';
    page_cache_begin(&cache, &view);
    require_read(0, 16, 16);
}

Test(page_cache, ends_where_the_memory_ends, .init = init)
{
    fake.size = 2 * PAGE_CACHE_PAGE_SIZE + 10;
    require_read(2 * PAGE_CACHE_PAGE_SIZE, 20, 10);
    require_read(2 * PAGE_CACHE_PAGE_SIZE - 5, 100, 15);
    require_read(2 * PAGE_CACHE_PAGE_SIZE + 10, 4, 0);
    require_read(0, 4, 4);
}
