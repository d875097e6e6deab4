/* SPDX-License-Identifier: MIT
 *
 * Which allocators a process has besides the one that is walked: said where that one was not found, or is not all. */
#ifndef LEAKWATCH_TRACER_MODULES_ALLOCATOR_FINDER_H
#define LEAKWATCH_TRACER_MODULES_ALLOCATOR_FINDER_H

#include "base/maps.h"
#include "elf/allocator_names.h"
#include "records/process_record.h"

struct found_allocators {
    struct allocator_names names;
    const struct memory_map *file; /* whose name told of the allocator; NULL: it is inside the program, or there is none */
};

/* Looks at the names of mapped files. */
void allocator_find(const struct memory_maps *maps, struct found_allocators *found);
/* Adds what the symbols of the program's file (/proc/PID/exe) tell; reads all of them. */
void allocator_find_inside(pid_t pid, struct found_allocators *found);

/* What is said in a report: why there are no blocks, though it is told where memory is (`sees_memory`); or, with `has_heap`, why
 * those of glibc's heap are not all. Sets the coverage. */
void allocator_explain(struct process_record *record, const struct found_allocators *found, bool has_heap, bool sees_memory);

#endif
