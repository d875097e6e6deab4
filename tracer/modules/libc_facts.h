/* SPDX-License-Identifier: MIT
 *
 * What the dynamic symbols of a C library tell. */
#ifndef LEAKWATCH_TRACER_MODULES_LIBC_FACTS_H
#define LEAKWATCH_TRACER_MODULES_LIBC_FACTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/maps.h"

struct libc_facts {
    uint64_t device, inode;        /* of the file */
    uint64_t exit_start, exit_end; /* the function exit(), as the file counts addresses; 0: not known */
    uint64_t end;                  /* the function _exit(); 0: not known */
    uint64_t pthread_size;         /* where sizeof(struct pthread) is stored as an int; 0: not known */
};

/* What was found out so far: the same library serves most processes. */
struct libc_cache {
    struct libc_facts *facts;
    size_t count, capacity;
};

/* The facts of the library `map` as thread `tid` sees the file; empty ones if it cannot be read. */
struct libc_facts libc_cache_get(struct libc_cache *cache, pid_t tid, const struct memory_map *map);
void libc_cache_finish(struct libc_cache *cache);

#endif
