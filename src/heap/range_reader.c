/* SPDX-License-Identifier: MIT */
#include "range_reader.h"

#include <stdbool.h>

#include "big_array.h"

#define BUFFER_SIZE (UINT64_C(1) << 20)
#define PATIENCE    (UINT64_C(1) << 20) /* bytes of a hole that are tried page by page */

void range_reader_init(struct range_reader *reader, const struct memory_view *view)
{
    *reader = (struct range_reader){.view = view, .buffer = big_array_create(1, BUFFER_SIZE)};
}

void range_reader_finish(struct range_reader *reader)
{
    big_array_destroy(reader->buffer, 1, BUFFER_SIZE);
    reader->buffer = NULL;
}

static uint64_t page_of(uint64_t address)
{
    return address & ~(PAGE_SIZE - 1);
}

static bool is_readable(const struct range_reader *reader, uint64_t address)
{
    unsigned char byte;

    return memory_read(reader->view, address, &byte, 1) == 1;
}

/* The next address at or above `from`, which cannot be read, that can be; `to` if there is none. */
static uint64_t hole_end(const struct range_reader *reader, uint64_t from, uint64_t to)
{
    uint64_t unreadable = page_of(from), last = page_of(to - 1), step = PAGE_SIZE, readable;

    for (;;) {
        if (unreadable == last)
            return to;
        readable = last - unreadable < step ? last : unreadable + step;
        if (is_readable(reader, readable))
            break;
        unreadable = readable;
        if (unreadable - from >= PATIENCE)
            step *= 2;
    }
    while (readable - unreadable > PAGE_SIZE) {
        uint64_t middle = page_of(unreadable + (readable - unreadable) / 2);
        if (is_readable(reader, middle))
            readable = middle;
        else
            unreadable = middle;
    }
    return readable;
}

static void read_run(struct range_reader *reader, uint64_t from, uint64_t to, range_sink *sink, void *context)
{
    while (from < to) {
        uint64_t wanted = BUFFER_SIZE - from % PAGE_SIZE;
        size_t size = memory_read(reader->view, from, reader->buffer, to - from < wanted ? to - from : wanted) & ~(size_t)7;
        if (size) {
            sink(context, from, reader->buffer, size / 8);
            from += size;
        } else {
            uint64_t next = hole_end(reader, from, to);
            reader->unreadable_bytes += next - from;
            from = next;
        }
    }
}

void range_reader_run(struct range_reader *reader, uint64_t from, uint64_t to, range_sink *sink, void *context)
{
    const struct memory_view *view = reader->view;

    if (from >= to)
        return;
    from = (from + 7) & ~UINT64_C(7);
    to &= ~UINT64_C(7);
    while (from < to) {
        uint64_t start = from, end = to;
        if (view->next_present && !view->next_present(view->context, from, to, &start, &end))
            return;
        start = start < from ? from : start & ~UINT64_C(7);
        end = end > to ? to : end & ~UINT64_C(7);
        if (end <= from) /* no progress: the view makes no sense */
            return;
        read_run(reader, start, end, sink, context);
        from = end;
    }
}
