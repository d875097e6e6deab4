/* SPDX-License-Identifier: MIT
 *
 * Reads ranges of a target's memory as aligned words, in pieces, without those pages that hold no data or cannot be read. */
#ifndef LEAKWATCH_HEAP_RANGE_READER_H
#define LEAKWATCH_HEAP_RANGE_READER_H

#include "base/memory_view.h"

#define PAGE_SIZE UINT64_C(4096)

struct range_reader {
    const struct memory_view *view;
    uint64_t *buffer;
    uint64_t unreadable_bytes; /* met so far */
};

/* Takes `count` words read at `address`. */
typedef void range_sink(void *context, uint64_t address, const uint64_t *words, size_t count);

/* The view must outlive the reader. */
void range_reader_init(struct range_reader *reader, const struct memory_view *view);
void range_reader_finish(struct range_reader *reader);

/* Gives all whole aligned words of [from, to) that hold data to the sink, in ascending order. In a hole of unreadable memory larger
 * than 1 MiB the search for its end takes growing steps, so that an absurd range costs little: a small readable island in there may
 * be missed, and is counted as unreadable like the rest. */
void range_reader_run(struct range_reader *reader, uint64_t from, uint64_t to, range_sink *sink, void *context);

#endif
