/* SPDX-License-Identifier: MIT */
#include "library_packages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library_root.h"

#define LISTS    "/var/lib/dpkg/info"
#define FOREIGN  "/var/lib/dpkg/arch"
#define LIST_MAX ((size_t)64 << 20)

static bool has_name(const void *entry, const void *key)
{
    const struct library_package *package = entry;

    return strcmp(package->name, key) == 0;
}

static void add_file(struct library_packages *packages, const char *path, size_t length, const char *package)
{
    const char *copy = arena_copy(&packages->arena, path, length);
    const char *name = strrchr(copy, '/') + 1;
    const uint64_t hash = hash_bytes(name, strlen(name));
    struct library_package *known = hash_table_find(&packages->files, hash, has_name, name);
    struct library_package *file = arena_alloc(&packages->arena, sizeof *file);

    *file = (struct library_package){name, copy, package, NULL};
    if (known) {
        file->next = known->next;
        known->next = file;
    } else {
        hash_table_add(&packages->files, hash, file);
    }
}

/* One path on each line. */
static void read_list(struct library_packages *packages, const char *text, size_t size, const char *package)
{
    for (const char *end = text + size, *stop; text < end; text = stop + 1) {
        stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        const char *slash = memrchr(text, '/', (size_t)(stop - text));
        if (slash && memmem(slash, (size_t)(stop - slash), ".so", 3))
            add_file(packages, text, (size_t)(stop - text), package);
    }
}

static void read_lists(struct library_packages *packages, const struct library_root *root, DIR *folder)
{
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const size_t length = strlen(entry->d_name);
        size_t size;
        if (length <= 5 || strcmp(entry->d_name + length - 5, ".list") != 0)
            continue;
        char *text = library_root_read(root, arena_printf(&packages->arena, LISTS "/%s", entry->d_name), LIST_MAX, &size);
        if (text)
            read_list(packages, text, size, arena_copy(&packages->arena, entry->d_name, length - 5));
        free(text);
    }
}

static void load(struct library_packages *packages, const struct library_root *root)
{
    size_t size;

    packages->loaded = true;
    int descriptor = library_root_open(root, LISTS, O_RDONLY | O_DIRECTORY);
    DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (folder == NULL)
        return;
    packages->debian = true;
    read_lists(packages, root, folder);
    closedir(folder);
    char *foreign = library_root_read(root, FOREIGN, LIST_MAX, &size);
    packages->foreign_i386 = foreign && strstr(foreign, "i386");
    free(foreign);
}

const struct library_package *library_packages_find(struct library_packages *packages, const struct library_root *root,
                                                    const char *name)
{
    if (!packages->loaded)
        load(packages, root);
    return hash_table_find(&packages->files, hash_bytes(name, strlen(name)), has_name, name);
}

void library_packages_finish(struct library_packages *packages)
{
    hash_table_finish(&packages->files);
    arena_finish(&packages->arena);
    *packages = (struct library_packages){0};
}
