/* SPDX-License-Identifier: MIT
 *
 * The text of /proc/PID/maps as values (proc_pid_maps(5)). */
#ifndef LEAKWATCH_BASE_MAPS_H
#define LEAKWATCH_BASE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_map {
    uint64_t start, end;
    bool readable, writable, executable, shared;
    uint64_t offset;  /* in the file, of `start` */
    uint64_t device;  /* as makedev() and st_dev have it */
    uint64_t inode;   /* 0: no file */
    bool deleted;     /* the file was unlinked; the mark is not part of `path` */
    const char *path; /* file, or "[stack]", "[anon:NAME]" and the like; "" if none; lives as long as the memory_maps */
};

struct memory_maps {
    struct memory_map *maps; /* sorted by start, as the kernel writes them */
    size_t count;
    char *text; /* holds the paths */
};

/* Parses `size` bytes of text. Lines that are not understood are left out; returns how many those were. The caller releases `maps`
 * with memory_maps_finish(). */
size_t memory_maps_parse(const char *text, size_t size, struct memory_maps *maps);
void memory_maps_finish(struct memory_maps *maps);

/* Returns the mapping that holds `address`, or NULL. */
const struct memory_map *memory_maps_find(const struct memory_maps *maps, uint64_t address);

/* Last component of the path. */
const char *memory_map_file_name(const struct memory_map *map);

/* Private memory without a file: what malloc and brk hand out. */
bool memory_map_is_anonymous(const struct memory_map *map);

/* Memory of a device: reading it may have effects. */
bool memory_map_is_device(const struct memory_map *map);

/* Whether the program keeps data of its own in mapping `number`: what it can write to, devices aside, and the part of an object's
 * data that is protected once the object is relocated (RELRO): in a static program, or in the loader, it holds pointers. */
bool memory_maps_hold_data(const struct memory_maps *maps, size_t number);

#endif
