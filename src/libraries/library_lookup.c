/* SPDX-License-Identifier: MIT */
#include "library_lookup.h"

#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "library_store.h"

/* The order of everything here is that of _dl_map_object() in glibc's elf/dl-load.c. */

/* ---- Places ----------------------------------------------------------------------------------------------------------------- */

static const char *describe_file(const struct search *search, const struct library_file *file, enum library_verdict verdict)
{
    struct arena *arena = &search->program->arena;

    if (verdict == LIBRARY_DANGLING)
        return library_root_link(&search->store->root, file->path, arena);
    return library_file_what(file, arena);
}

static void add_place(struct search *search, struct step step, const struct library_file *file, enum library_verdict verdict,
                      const char *complaint)
{
    search->places = xgrow(search->places, &search->place_capacity, search->place_count + 1, sizeof *search->places);
    search->places[search->place_count++] = (struct library_place){.rule = step.rule,
                                                                   .owner = step.owner,
                                                                   .path = file->path,
                                                                   .verdict = verdict,
                                                                   .error = verdict == LIBRARY_FAILED ? file->error : 0,
                                                                   .complaint = complaint,
                                                                   .what = describe_file(search, file, verdict)};
}

/* Looks at one path. Returns the file if it is to be loaded, or NULL; `quiet`: that nothing is there is not worth a word. */
static const struct library_file *try_path(struct search *search, struct step step, const char *path, bool quiet)
{
    const struct library_file *file = library_store_file(search->store, path);
    const char *complaint;
    enum library_verdict verdict = library_file_verdict(file, search->target, search->kernel, &complaint);

    if (verdict == LIBRARY_FITS && search->from_trusted_only && step.rule != LIBRARY_BY_NAME && !(file->status.mode & S_ISUID))
        verdict = LIBRARY_UNTRUSTED;
    if (verdict == LIBRARY_FITS) {
        search->found = step;
        return file;
    }
    if (verdict != LIBRARY_ABSENT || !quiet)
        add_place(search, step, file, verdict, complaint);
    if (library_verdict_is_final(verdict) && verdict != LIBRARY_UNTRUSTED)
        search->ended = true;
    return NULL;
}

static const struct library_file *try_subfolders(struct search *search, struct step step, const char *folder, const char *name)
{
    struct arena *arena = &search->program->arena;
    const struct library_loader *loader = search->loader;
    const struct library_file *file = NULL;

    for (size_t i = 0; i < loader->named_count && !file && !search->ended; i++) {
        const char *path = library_paths_join(folder, "glibc-hwcaps", loader->named[i], arena);
        if (library_store_has_folder(search->store, path))
            file = try_path(search, step, library_paths_join(path, NULL, name, arena), true);
    }
    for (size_t i = 0; i < loader->legacy_count && !file && !search->ended; i++) {
        const char *path = library_paths_join(folder, NULL, loader->legacy[i], arena);
        if (library_store_has_folder(search->store, path))
            file = try_path(search, step, library_paths_join(path, NULL, name, arena), true);
    }
    return file;
}

static const struct library_file *try_folder(struct search *search, struct step step, const char *folder, const char *name)
{
    struct arena *arena = &search->program->arena;
    const bool there = library_store_has_folder(search->store, folder);
    const struct library_file *file = there ? try_subfolders(search, step, folder, name) : NULL;

    if (file || search->ended)
        return file;
    file = try_path(search, step, library_paths_join(folder, NULL, name, arena), false);
    if (file == NULL && !there)
        search->places[search->place_count - 1].empty = "there is no such folder";
    return file;
}

/* An error other than that it is not there, or may not be opened, ends the list, and not the search. */
static const struct library_file *try_folders(struct search *search, struct step step, const struct folders *folders,
                                              const char *name)
{
    for (size_t i = 0; i < folders->count && !search->ended; i++) {
        const size_t before = search->place_count;
        const struct library_file *file = try_folder(search, step, folders->items[i], name);
        if (file)
            return file;
        if (search->place_count > before && search->places[search->place_count - 1].verdict == LIBRARY_FAILED)
            break;
    }
    return NULL;
}

/* ---- Lists of folders ------------------------------------------------------------------------------------------------------- */

struct library_tokens library_lookup_tokens(const struct search *search, size_t object)
{
    return (struct library_tokens){.origin = search->loaded[object]->origin,
                                   .loader = search->loader,
                                   .secure = search->secure,
                                   .program = object == 0 && search->program->kind != PROGRAM_KIND_LIBRARY};
}

const struct folders *library_lookup_folders(struct search *search, size_t object, const char *list, struct folders *folders)
{
    if (!folders->known && list) {
        const struct library_tokens tokens = library_lookup_tokens(search, object);
        folders->count = library_paths_split(list, ":", &tokens, &search->program->arena, &folders->items);
    }
    folders->known = true;
    return folders;
}

/* DT_RPATH of who needs it, of who loaded that, and so on up to the program; then of the program if it was not among them. */
static const struct library_file *try_rpaths(struct search *search, size_t needed_by, const char *name)
{
    const struct library_file *file = NULL;
    size_t object = needed_by;

    for (;;) {
        struct loaded *loaded = search->loaded[object];
        file = try_folders(search, (struct step){LIBRARY_BY_RPATH, object},
                           library_lookup_folders(search, object, loaded->file->rpath, &loaded->rpath), name);
        if (file || search->ended || object == 0)
            return file;
        object = search->program->objects[object].parent;
    }
}

/* The cache is a place, too, where a name can be missing. */
static void add_unnamed(struct search *search)
{
    search->places = xgrow(search->places, &search->place_capacity, search->place_count + 1, sizeof *search->places);
    search->places[search->place_count++] =
        (struct library_place){.rule = LIBRARY_BY_CACHE,
                               .path = LIBRARY_CACHE_PATH,
                               .verdict = LIBRARY_ABSENT,
                               .empty = search->store->cache.bytes ? "does not name it" : "there is no cache"};
}

static bool is_in_default_folder(const struct search *search, const char *path)
{
    for (size_t i = 0; i < search->loader->folder_count; i++) {
        const size_t length = strlen(search->loader->folders[i]);
        if (strncmp(path, search->loader->folders[i], length) == 0 && path[length] == '/')
            return true;
    }
    return false;
}

static const struct library_file *try_cache(struct search *search, size_t needed_by, const char *name)
{
    const uint32_t flags = library_loader_cache_flags(search->target);
    const char *path = library_cache_find(&search->store->cache, name, flags, search->loader);

    if (path == NULL) {
        add_unnamed(search);
        return NULL;
    }
    if (search->loaded[needed_by]->file->no_default_folders && is_in_default_folder(search, path)) {
        add_place(search, (struct step){LIBRARY_BY_CACHE, 0}, library_store_file(search->store, path), LIBRARY_EXCLUDED, NULL);
        return NULL;
    }
    return try_path(search, (struct step){LIBRARY_BY_CACHE, 0}, path, false);
}

static const struct library_file *try_default(struct search *search, size_t needed_by, const char *name)
{
    const struct folders folders = {.items = search->loader->folders, .count = search->loader->folder_count};

    if (search->loaded[needed_by]->file->no_default_folders)
        return NULL;
    return try_folders(search, (struct step){LIBRARY_BY_DEFAULT, 0}, &folders, name);
}

/* ---- All of them ----------------------------------------------------------------------------------------------------- */

static const struct library_file *look_in_lists(struct search *search, size_t needed_by, const char *name)
{
    struct loaded *loaded = search->loaded[needed_by];
    const struct library_file *file = NULL;

    if (loaded->file->runpath == NULL)
        file = try_rpaths(search, needed_by, name);
    if (!file && !search->ended)
        file = try_folders(search, (struct step){LIBRARY_BY_ENVIRONMENT, 0}, &search->environment, name);
    if (!file && !search->ended)
        file = try_folders(search, (struct step){LIBRARY_BY_RUNPATH, needed_by},
                           library_lookup_folders(search, needed_by, loaded->file->runpath, &loaded->runpath), name);
    if (!file && !search->ended && !search->from_trusted_only)
        file = try_cache(search, needed_by, name);
    if (!file && !search->ended)
        file = try_default(search, needed_by, name);
    return file;
}

const struct library_file *library_lookup(struct search *search, size_t needed_by, const char *name)
{
    search->place_count = 0;
    search->ended = false;
    if (strchr(name, '/'))
        return try_path(search, (struct step){LIBRARY_BY_NAME, 0}, name, false);
    return look_in_lists(search, needed_by, name);
}
