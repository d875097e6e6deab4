/* SPDX-License-Identifier: MIT
 *
 * An ELF object in the memory of a process, from its headers there. */
#ifndef LEAKWATCH_TRACER_MODULES_LOADED_OBJECT_H
#define LEAKWATCH_TRACER_MODULES_LOADED_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address_range.h"
#include "base/maps.h"
#include "base/memory_view.h"

struct loaded_object {
    uint64_t bias;             /* what to add to an address of the file */
    struct address_range data; /* from the first to the last writable byte, .bss included, in whole pages */
};

/* Reads the headers at `base`, where the start of the file is mapped. Returns false if there are none, or none that make sense. */
bool loaded_object_read(const struct memory_view *memory, uint64_t base, struct loaded_object *object);

/* The mapping of the start of a file whose name matches, or NULL. `matches` is asked for each such mapping. */
typedef bool loaded_object_matches(const void *context, const struct memory_map *map);
const struct memory_map *loaded_object_find(const struct memory_maps *maps, loaded_object_matches *matches, const void *context);

/* From the first mapping of the file of `first` to the last one, of its code only if that is asked for. */
struct address_range loaded_object_extent(const struct memory_maps *maps, const struct memory_map *first, bool code_only);

/* Matches (context unused): the C library, and the dynamic linker, by the names that glibc gives them. */
bool loaded_object_is_libc(const void *context, const struct memory_map *map);
bool loaded_object_is_loader(const void *context, const struct memory_map *map);

#endif
