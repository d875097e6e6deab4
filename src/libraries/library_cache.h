/* SPDX-License-Identifier: MIT
 *
 * /etc/ld.so.cache, which ldconfig(8) writes: names of libraries and their paths. All three forms of it: ld.so-1.7.0,
 * glibc-ld.so.cache1.1, and the second behind the first. Foreign bytes: damage means that entries are not there. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_CACHE_H
#define LEAKWATCH_LIBRARIES_LIBRARY_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct library_loader;

struct library_cache {
    char *bytes; /* owned, size, with a NUL behind; NULL: there is none */
    size_t size;
    bool new_form;  /* entries carry a mark for processors, and strings count from `base` */
    size_t base;    /* of the part that is in use */
    size_t entries; /* offset of the first entry */
    size_t count;
    size_t strings; /* offset that those of keys and values count from */
    size_t names;   /* offset of the names of subfolders for processors, as numbers; name_count */
    size_t name_count;
};

/* Takes over `bytes`, of malloc(), with a NUL behind; NULL: there is no cache. */
void library_cache_init(struct library_cache *cache, char *bytes, size_t size);
void library_cache_finish(struct library_cache *cache);

/* The path that the cache has for `name`, for entries with the mark `flags` and for what `loader` can use; NULL: none. Lent by the
 * cache. */
const char *library_cache_find(const struct library_cache *cache, const char *name, uint32_t flags,
                               const struct library_loader *loader);

/* Calls `seen` with the name and the path of each entry, whatever its mark. Ends when it returns true; returns whether it did. */
typedef bool library_cache_seen(void *context, const char *name, const char *path);
bool library_cache_walk(const struct library_cache *cache, library_cache_seen *seen, void *context);

#endif
