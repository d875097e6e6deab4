/* SPDX-License-Identifier: MIT */
#include "target_reader.h"

#include <string.h>

#include "heap/big_array.h"

#define SLOT_BITS   9
#define SLOTS       (UINT64_C(1) << SLOT_BITS)
#define WINDOW_SIZE (UINT64_C(1) << 20)
#define NO_PAGE     UINT64_C(1)

void target_reader_init(struct target_reader *reader, const struct memory_view *view)
{
    *reader = (struct target_reader){.view = view, .window_size = PAGE_BYTES};
    reader->pages = big_array_create(SLOTS, PAGE_BYTES);
    reader->addresses = big_array_create(SLOTS, sizeof *reader->addresses);
    reader->window = big_array_create(1, WINDOW_SIZE);
    for (size_t i = 0; i < SLOTS; i++)
        reader->addresses[i] = NO_PAGE;
}

void target_reader_finish(struct target_reader *reader)
{
    big_array_destroy(reader->pages, SLOTS, PAGE_BYTES);
    big_array_destroy(reader->addresses, SLOTS, sizeof *reader->addresses);
    big_array_destroy(reader->window, 1, WINDOW_SIZE);
    *reader = (struct target_reader){0};
}

static const unsigned char *cached_page(struct target_reader *reader, uint64_t page)
{
    /* Spread, as threads' stacks and heaps lie at multiples of large powers of two. */
    size_t slot = page / PAGE_BYTES * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SLOT_BITS);
    unsigned char *bytes = reader->pages + slot * PAGE_BYTES;

    if (reader->addresses[slot] == page)
        return bytes;
    reader->addresses[slot] = NO_PAGE;
    if (memory_read(reader->view, page, bytes, PAGE_BYTES) != PAGE_BYTES)
        return NULL;
    reader->addresses[slot] = page;
    return bytes;
}

bool target_words(struct target_reader *reader, uint64_t address, uint64_t *words, size_t count)
{
    size_t done = 0, size = count * 8;

    if (address % 8 != 0 || address + size < address)
        return false;
    while (done < size) {
        uint64_t at = address + done, offset = at % PAGE_BYTES;
        size_t part = PAGE_BYTES - offset < size - done ? PAGE_BYTES - offset : size - done;
        const unsigned char *page = cached_page(reader, at - offset);
        if (page == NULL) /* perhaps the page is there in part: tests have such */
            return memory_read(reader->view, at, (char *)words + done, size - done) == size - done;
        memcpy((char *)words + done, page + offset, part);
        done += part;
    }
    return true;
}

/* End of the data that starts at `from`: what was never touched need not be read, and reading it would make the target grow. */
static uint64_t present_end(const struct memory_view *view, uint64_t from, uint64_t to)
{
    uint64_t start, end, page_end = (from & ~(PAGE_BYTES - 1)) + PAGE_BYTES;

    if (view->next_present == NULL || to <= page_end)
        return to;
    if (!view->next_present(view->context, from, to, &start, &end) || start > from || end < page_end)
        return page_end;
    return end < to ? end : to;
}

static bool fill_window(struct target_reader *reader, uint64_t address, uint64_t minimum, uint64_t limit)
{
    uint64_t size, end;

    if (address >= reader->window_end && address - reader->window_end < PAGE_BYTES)
        size = reader->window_size * 4 < WINDOW_SIZE ? reader->window_size * 4 : WINDOW_SIZE;
    else
        size = PAGE_BYTES; /* after a jump over a large chunk: who knows whether another one comes */
    reader->window_size = size;
    end = ((address + size) & ~(PAGE_BYTES - 1)) + minimum; /* a header on the border needs no second read */
    if (end > address + WINDOW_SIZE || end < address + minimum)
        end = address + size;
    end = end < limit ? end : limit;
    end = present_end(reader->view, address, end);
    if (end < address + minimum)
        end = address + minimum;
    size = memory_read(reader->view, address, reader->window, end - address);
    reader->window_start = address;
    reader->window_end = address + (size & ~UINT64_C(7));
    return size >= minimum;
}

const uint64_t *target_window(struct target_reader *reader, uint64_t address, uint64_t minimum, uint64_t limit, uint64_t *available)
{
    if (address + minimum < address || address % 8 != 0)
        return NULL;
    if (address < reader->window_start || address + minimum > reader->window_end)
        if (!fill_window(reader, address, minimum, limit))
            return NULL;
    *available = reader->window_end - address;
    return reader->window + (address - reader->window_start) / 8;
}
