/* SPDX-License-Identifier: MIT */
#include "library_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define CACHE_MAX   ((size_t)64 << 20)
#define PRELOAD_MAX ((size_t)1 << 20)

struct known_folder {
    const char *path;
    bool there;
};

static uint32_t running_kernel(void)
{
    struct utsname system;
    unsigned major = 0, minor = 0, patch = 0;

    if (uname(&system) != 0 || sscanf(system.release, "%u.%u.%u", &major, &minor, &patch) < 2)
        return 0;
    return (major & 0xff) << 16 | (minor & 0xff) << 8 | (patch < 255 ? patch : 255);
}

/* The loader takes words from it, separated by blanks and colons, and leaves out what stands behind a `#`. */
static void blank_comments(char *text)
{
    for (char *at = text; at && (at = strchr(at, '#')) != NULL;)
        for (; *at != '\0' && *at != '\n'; at++)
            *at = ' ';
}

int library_store_init(struct library_store *store, const char *root)
{
    size_t size = 0;

    *store = (struct library_store){.cpu = library_cpu_here(), .own_root = root == NULL};
    int error = library_root_init(&store->root, root);
    if (error)
        return error;
    store->kernel = store->own_root ? running_kernel() : 0;
    char *cache = library_root_read(&store->root, LIBRARY_CACHE_PATH, CACHE_MAX, &size);
    library_cache_init(&store->cache, cache, size);
    store->preload_file = library_root_read(&store->root, "/etc/ld.so.preload", PRELOAD_MAX, &size);
    blank_comments(store->preload_file);
    return 0;
}

void library_store_finish(struct library_store *store)
{
    hash_table_finish(&store->files);
    hash_table_finish(&store->folders);
    hash_table_finish(&store->loaders);
    library_cache_finish(&store->cache);
    library_packages_finish(&store->packages);
    free(store->preload_file);
    arena_finish(&store->arena);
    library_root_finish(&store->root);
}

static bool file_has_path(const void *entry, const void *key)
{
    const struct library_file *file = entry;

    return strcmp(file->path, key) == 0;
}

const struct library_file *library_store_file(struct library_store *store, const char *path)
{
    const uint64_t hash = hash_bytes(path, strlen(path));
    struct library_file *file = hash_table_find(&store->files, hash, file_has_path, path);

    if (file == NULL) {
        file = library_file_read(&store->root, path, &store->arena);
        hash_table_add(&store->files, hash, file);
    }
    return file;
}

struct loader_key {
    const char *path;
    const struct library_target *target;
};

struct known_loader {
    struct library_target target;
    struct library_loader *loader;
};

static bool loader_fits(const void *entry, const void *key)
{
    const struct known_loader *known = entry;
    const struct loader_key *wanted = key;

    return strcmp(known->loader->path, wanted->path) == 0 && known->target.class == wanted->target->class &&
           known->target.data == wanted->target->data && known->target.machine == wanted->target->machine;
}

const struct library_loader *library_store_loader(struct library_store *store, const char *path,
                                                  const struct library_target *target)
{
    const struct loader_key key = {path, target};
    const uint64_t hash = hash_mix(hash_bytes(path, strlen(path)), target->machine);
    struct known_loader *known = hash_table_find(&store->loaders, hash, loader_fits, &key);

    if (known == NULL) {
        known = arena_alloc(&store->arena, sizeof *known);
        known->target = *target;
        known->loader = library_loader_read(&store->root, path, target, &store->cpu, &store->arena);
        hash_table_add(&store->loaders, hash, known);
    }
    return known->loader;
}

static bool folder_has_path(const void *entry, const void *key)
{
    const struct known_folder *folder = entry;

    return strcmp(folder->path, key) == 0;
}

bool library_store_has_folder(struct library_store *store, const char *path)
{
    const uint64_t hash = hash_bytes(path, strlen(path));
    struct known_folder *folder = hash_table_find(&store->folders, hash, folder_has_path, path);
    struct stat status;

    if (folder == NULL) {
        folder = arena_alloc(&store->arena, sizeof *folder);
        folder->path = arena_copy(&store->arena, path, strlen(path));
        folder->there = library_root_stat(&store->root, *path ? path : ".", &status) == 0 && S_ISDIR(status.st_mode);
        hash_table_add(&store->folders, hash, folder);
    }
    return folder->there;
}
