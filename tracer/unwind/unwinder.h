/* SPDX-License-Identifier: MIT
 *
 * Stacks of stopped threads: which file the code of an address comes from, and what that file says of its frames. What was learnt
 * of a file serves all processes. */
#ifndef LEAKWATCH_TRACER_UNWIND_UNWINDER_H
#define LEAKWATCH_TRACER_UNWIND_UNWINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "stack_walk.h"

struct address_space;
struct thread;
struct mapped_files;
struct unwind_table;

/* Of a session; all zero: nothing learnt yet. */
struct unwinder {
    struct unwind_file {
        uint64_t device, inode;
        struct unwind_table *table; /* NULL: it has none that can be read */
    } * files;
    size_t count, capacity;
    struct mapped_files *held; /* gets those whose code is seen; lent; NULL: nobody wants them */
};
void unwinder_finish(struct unwinder *unwinder);

/* Of an address space: executable mappings, sorted. All zero: not read yet. */
struct code_map {
    struct code_region {
        uint64_t start, end, file_offset;
        uint64_t device, inode;     /* of the file */
        struct unwind_table *table; /* NULL: there is no file, or it says nothing of frames */
        char *path;                 /* of the mapping, as the kernel has it; owned */
    } * regions;
    size_t count;
    bool complete; /* nothing executable was mapped since it was read */
};
void code_map_finish(struct code_map *map);
/* Something executable was mapped; something was unmapped, which may have been in the map. */
void code_map_grows(struct code_map *map);
void code_map_forget(struct code_map *map);

/* Walks the stack of a stopped thread. Stores at most `limit` return addresses, innermost first; returns how many. */
size_t unwinder_walk(struct unwinder *unwinder, struct thread *thread, uint64_t *frames, size_t limit);
/* The same from a given place of a stack in this address space. */
size_t unwinder_walk_from(struct unwinder *unwinder, struct address_space *space, struct walk_place place, uint64_t *frames,
                          size_t limit);
/* The same, where the stack is as it was and not as it is: `memory` has it. */
size_t unwinder_walk_in(struct unwinder *unwinder, struct address_space *space, const struct memory_view *memory,
                        struct walk_place place, uint64_t *frames, size_t limit);
/* The region that the code at this address was in when the last walk read it; NULL: there was none. */
const struct code_region *code_map_find(const struct code_map *map, uint64_t pc);

#endif
