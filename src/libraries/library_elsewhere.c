/* SPDX-License-Identifier: MIT */
#include "library_elsewhere.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library_paths.h"
#include "library_store.h"

#define CONFIGURATION      "/etc/ld.so.conf"
#define CONFIGURATION_MAX  ((size_t)1 << 20)
#define INCLUDE_DEPTH_MAX  8
#define FOLDERS_MAX        256
#define FOLDER_ENTRIES_MAX 100000

struct listing {
    struct library_store *store;
    struct library_program *program;
    struct library_elsewhere found;
};

static void add_folder(struct listing *listing, const char *path, int kind)
{
    struct library_elsewhere *found = &listing->found;

    if (found->folder_count == FOLDERS_MAX || !library_store_has_folder(listing->store, path))
        return;
    for (size_t i = 0; i < found->folder_count; i++)
        if (strcmp(found->folders[i].path, path) == 0)
            return;
    found->folders[found->folder_count++] = (struct library_folder){path, kind};
}

/* ---- Beside the program ------------------------------------------------------------------------------------------------------ */

/* As programs are unpacked: bin/app and lib/libfoo.so, or all in one folder. */
static void add_near_program(struct listing *listing)
{
    static const char *const near[] = {"lib", "lib64", "libs", "../lib", "../lib64", "../libs", "../lib/x86_64-linux-gnu"};
    struct arena *arena = &listing->program->arena;
    const char *path = library_root_real_path(&listing->store->root, listing->program->path, arena);
    const char *slash = path ? strrchr(path, '/') : NULL;

    if (slash == NULL)
        return;
    const char *folder = slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
    add_folder(listing, folder, FOLDER_NEAR_PROGRAM);
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        const char *place = library_root_real_path(&listing->store->root, library_paths_join(folder, NULL, near[i], arena), arena);
        if (place)
            add_folder(listing, place, FOLDER_NEAR_PROGRAM);
    }
}

static void add_of_objects(struct listing *listing)
{
    const struct library_program *program = listing->program;

    for (size_t i = 0; i < program->object_count; i++)
        for (size_t k = 0; k < program->objects[i].folder_count; k++)
            add_folder(listing, program->objects[i].folders[k], FOLDER_OF_PROGRAM);
    for (size_t i = 1; i < program->object_count; i++) {
        const char *path = program->objects[i].path;
        const char *slash = path ? strrchr(path, '/') : NULL;
        if (slash && slash > path)
            add_folder(listing, arena_copy(&listing->program->arena, path, (size_t)(slash - path)), FOLDER_OTHER);
    }
}

/* ---- What ldconfig(8) reads -------------------------------------------------------------------------------------------------- */

static void read_configuration(struct listing *listing, const char *path, unsigned depth);

/* "include /etc/ld.so.conf.d/[*].conf": the pattern is in the last part, as it is everywhere. */
static void include(struct listing *listing, const char *pattern, unsigned depth)
{
    struct arena *arena = &listing->program->arena;
    const char *slash = strrchr(pattern, '/');
    const char *folder = slash ? arena_copy(arena, pattern, (size_t)(slash - pattern)) : "/etc";
    const char *names = slash ? slash + 1 : pattern;

    int descriptor = library_root_open(&listing->store->root, folder, O_RDONLY | O_DIRECTORY);
    DIR *entries = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (entries == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (fnmatch(names, entry->d_name, FNM_PERIOD) == 0)
            read_configuration(listing, library_paths_join(folder, NULL, entry->d_name, arena), depth + 1);
    closedir(entries);
}

static void take_line(struct listing *listing, char *line, unsigned depth)
{
    struct arena *arena = &listing->program->arena;

    line[strcspn(line, "#")] = '\0';
    line += strspn(line, " \t");
    for (size_t length = strlen(line); length > 0 && strchr(" \t\r/", line[length - 1]);)
        line[--length] = '\0';
    if (strncmp(line, "include", 7) == 0 && strchr(" \t", line[7]) && line[7] != '\0')
        include(listing, line + 7 + strspn(line + 7, " \t"), depth);
    else if (*line == '/')
        add_folder(listing, arena_copy(arena, line, strlen(line)), FOLDER_CONFIGURED);
}

static void read_configuration(struct listing *listing, const char *path, unsigned depth)
{
    size_t size;
    char *text = depth > INCLUDE_DEPTH_MAX ? NULL : library_root_read(&listing->store->root, path, CONFIGURATION_MAX, &size);

    for (char *rest = text, *line; rest && (line = strsep(&rest, "\n")) != NULL;)
        take_line(listing, line, depth);
    free(text);
}

struct library_elsewhere library_elsewhere_list(struct library_store *store, struct library_program *program)
{
    static const char *const others[] = {"/usr/local/lib", "/usr/local/lib64", "/lib64", "/usr/lib64", "/lib", "/usr/lib"};
    struct listing listing = {.store = store, .program = program};

    listing.found.folders = arena_alloc(&program->arena, FOLDERS_MAX * sizeof *listing.found.folders);
    add_near_program(&listing);
    add_of_objects(&listing);
    read_configuration(&listing, CONFIGURATION, 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        add_folder(&listing, others[i], FOLDER_OTHER);
    return listing.found;
}

/* ---- What is there ----------------------------------------------------------------------------------------------------------- */

const struct library_file *library_elsewhere_find(struct library_store *store, const struct library_folder *folder,
                                                  const char *name, const struct library_target *target, struct arena *arena)
{
    const struct library_file *file = library_store_file(store, library_paths_join(folder->path, NULL, name, arena));
    const char *complaint;

    return library_file_verdict(file, target, 0, &complaint) == LIBRARY_FITS ? file : NULL;
}

void library_elsewhere_relatives(struct library_store *store, const struct library_folder *folder, const char *name,
                                 library_relative_seen *seen, void *context)
{
    const char *suffix = strstr(name, ".so");
    const size_t length = suffix ? (size_t)(suffix - name) + 3 : strlen(name);

    int descriptor = library_root_open(&store->root, *folder->path ? folder->path : ".", O_RDONLY | O_DIRECTORY);
    DIR *entries = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (entries == NULL)
        return;
    const struct dirent *entry;
    for (size_t i = 0; i < FOLDER_ENTRIES_MAX && (entry = readdir(entries)) != NULL; i++) {
        const char *other = entry->d_name;
        if (strncmp(other, name, length) == 0 && (other[length] == '\0' || other[length] == '.') && strcmp(other, name) != 0)
            seen(context, folder, other);
    }
    closedir(entries);
}
