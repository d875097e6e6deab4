/* SPDX-License-Identifier: MIT
 *
 * What has been read of a tree of files, kept for the next program that needs it: files, dynamic linkers, the cache of ldconfig. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_STORE_H
#define LEAKWATCH_LIBRARIES_LIBRARY_STORE_H

#include "base/arena.h"
#include "base/hash_table.h"
#include "library_cache.h"
#include "library_cpu.h"
#include "library_loader.h"
#include "library_packages.h"
#include "library_root.h"

#define LIBRARY_CACHE_PATH "/etc/ld.so.cache"

struct library_store {
    struct library_root root;
    struct library_cpu cpu;
    uint32_t kernel; /* as 0xMMmmpp; 0: any will do */
    bool own_root;   /* the running system's */
    struct hash_table files, folders, loaders;
    struct library_cache cache;
    struct library_packages packages;
    char *preload_file; /* /etc/ld.so.preload, its comments blanked out; NULL: there is none */
    struct arena arena;
};

/* `root` NULL: the running system's. Returns 0 or -errno; then there is nothing to finish. */
int library_store_init(struct library_store *store, const char *root);
void library_store_finish(struct library_store *store);

/* All live as long as the store. Never NULL. */
const struct library_file *library_store_file(struct library_store *store, const char *path);
const struct library_loader *library_store_loader(struct library_store *store, const char *path,
                                                  const struct library_target *target);

/* Whether it is a folder; "" is the working directory. */
bool library_store_has_folder(struct library_store *store, const char *path);

#endif
