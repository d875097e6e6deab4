/* SPDX-License-Identifier: MIT */
#include "libs_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "libraries/library_program.h"
#include "libraries/library_store.h"
#include "program/options/option_types.h"

/* Folders within folders; the kernel's own limit of a path is near. */
enum { DEPTH_MAX = 512 };

static int list_folder(struct library_store *store, const char *path, struct text_list *names)
{
    int descriptor = library_root_open(&store->root, path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0)
        return descriptor;
    DIR *folder = fdopendir(descriptor);
    if (folder == NULL)
        return -errno;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            text_list_add(names, entry->d_name);
    closedir(folder);
    return 0;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int walk(struct library_store *store, const char *path, unsigned depth, struct text_list *paths)
{
    struct text_list names = {0};
    struct stat status;

    int error = list_folder(store, path, &names);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    for (size_t i = 0; i < names.count; i++) {
        char *child = xasprintf("%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", names.items[i]);
        if (library_root_lstat(&store->root, child, &status) == 0) {
            if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX)
                walk(store, child, depth + 1, paths);
            else if (S_ISREG(status.st_mode) && library_program_is_candidate(store, child))
                text_list_add(paths, child);
        }
        free(child);
    }
    text_list_finish(&names);
    return error;
}

int libs_walk(struct library_store *store, const char *path, struct text_list *paths)
{
    return walk(store, path, 0, paths);
}
