/* SPDX-License-Identifier: MIT
 *
 * Sorts the writable memory of a process into the regions of a snapshot. Pure: mappings and blocks in, regions out. */
#ifndef LEAKWATCH_TRACER_LOOKS_SNAPSHOT_REGIONS_H
#define LEAKWATCH_TRACER_LOOKS_SNAPSHOT_REGIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address_range.h"
#include "base/maps.h"
#include "heap/snapshot.h"

struct region_rules {
    const struct memory_maps *maps;
    const struct memory_view *memory; /* to recognise the arenas of glibc */
    const struct heap_block *blocks;  /* sorted */
    size_t block_count;
    bool glibc;
    bool partial; /* there are blocks of which nothing is known: what lies between those that are known may hold pointers */
    struct address_range libc_data;       /* empty: not known */
    const struct address_range *left_out; /* the shim's own memory */
    size_t left_out_count;
    const struct address_range *stacks; /* of threads */
    size_t stack_count;
    const struct address_range *mapped; /* by the program itself, in the heap segment too (sbrk) */
    size_t mapped_count;
};

/* Stores the regions, sorted and disjoint; the caller frees them. Returns their number. */
size_t snapshot_regions(const struct region_rules *rules, struct memory_region **regions);

#endif
