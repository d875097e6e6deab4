/* SPDX-License-Identifier: MIT
 *
 * What a process can write to, kept as it was at one moment, so that it can run on while its memory is looked at. Pure: the process
 * is a memory_view. */
#ifndef LEAKWATCH_TRACER_LOOKS_MEMORY_COPY_H
#define LEAKWATCH_TRACER_LOOKS_MEMORY_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/maps.h"
#include "base/memory_view.h"

struct memory_copy {
    struct memory_view live; /* for what cannot change: what the process can only read */
    struct copied_mapping {
        uint64_t start, end;
        bool anonymous; /* pages without data read as zeros */
    } * mappings;       /* sorted */
    size_t mapping_count;
    struct copied_run {
        uint64_t start, end;
        const unsigned char *bytes; /* NULL: could not be read */
    } * runs;                       /* pages with data, sorted, disjoint */
    size_t run_count, run_capacity;
    struct copy_store {
        unsigned char *bytes;
        size_t size, used;
    } * stores;
    size_t store_count, store_capacity;
};

/* An empty copy. */
void memory_copy_init(struct memory_copy *copy);
/* Has memory for `size` bytes ready, so that the moment of the copy is short: most of its time would go into pages of our own. */
void memory_copy_reserve(struct memory_copy *copy, size_t size);
/* Copies those pages with data in which the process, which stands still, keeps data of its own (memory_maps_hold_data()). What was
 * reserved is used, and more is taken where that is not enough. The view must outlive the copy, the maps need not. */
void memory_copy_take(struct memory_copy *copy, const struct memory_view *live, const struct memory_maps *maps);
/* Bytes held. */
size_t memory_copy_size(const struct memory_copy *copy);
/* The memory at that moment; `copy` must outlive the view. What was not copied is read from the live process, and is not there once
 * that is gone. */
struct memory_view memory_copy_view(struct memory_copy *copy);
/* Releases what it holds; it is empty afterwards. */
void memory_copy_finish(struct memory_copy *copy);

#endif
