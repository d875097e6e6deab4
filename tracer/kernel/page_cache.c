/* SPDX-License-Identifier: MIT */
#include "page_cache.h"

#include <string.h>

/* Reads of this size and more go past the cache: each of their bytes is looked at once. */
enum { LARGE = PAGE_CACHE_PAGE_SIZE };

void page_cache_begin(struct page_cache *cache, const struct memory_view *memory)
{
    cache->memory = *memory;
    cache->count = cache->next = 0;
}

/* The page at `address`, or NULL if not all of it can be read. */
static const char *page_at(struct page_cache *cache, uint64_t address)
{
    for (size_t i = 0; i < cache->count; i++)
        if (cache->addresses[i] == address)
            return cache->pages[i];
    const size_t slot = cache->next;
    cache->addresses[slot] = 1; /* no page, in case that it cannot be read */
    if (memory_read(&cache->memory, address, cache->pages[slot], PAGE_CACHE_PAGE_SIZE) != PAGE_CACHE_PAGE_SIZE)
        return NULL;
    cache->addresses[slot] = address;
    cache->next = (slot + 1) % PAGE_CACHE_PAGES;
    if (cache->count < PAGE_CACHE_PAGES)
        cache->count++;
    return cache->pages[slot];
}

static size_t read_cached(void *context, uint64_t address, void *buffer, size_t size)
{
    struct page_cache *cache = context;
    size_t done = 0;

    if (size >= LARGE)
        return memory_read(&cache->memory, address, buffer, size);
    while (done < size) {
        const size_t offset = (address + done) % PAGE_CACHE_PAGE_SIZE;
        size_t part = PAGE_CACHE_PAGE_SIZE - offset;
        if (part > size - done)
            part = size - done;
        const char *page = page_at(cache, address + done - offset);
        if (!page)
            return done + memory_read(&cache->memory, address + done, (char *)buffer + done, size - done);
        memcpy((char *)buffer + done, page + offset, part);
        done += part;
    }
    return done;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    const struct page_cache *cache = context;

    return cache->memory.next_present(cache->memory.context, from, to, start, end);
}

struct memory_view page_cache_view(struct page_cache *cache)
{
    return (struct memory_view){
        .read = read_cached, .next_present = cache->memory.next_present ? next_present : NULL, .context = cache};
}
