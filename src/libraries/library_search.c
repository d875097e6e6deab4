/* SPDX-License-Identifier: MIT */
#include "library_search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "library_lookup.h"
#include "library_store.h"
#include "library_versions.h"

/* The order of everything here is that of _dl_map_object_deps() in glibc's elf/dl-deps.c. */

/* No program loads that many; what is beyond is a file made to harm. */
#define OBJECTS_MAX 4096

/* ---- Objects ---------------------------------------------------------------------------------------------------------------- */

static void add_name(struct loaded *loaded, const char *name)
{
    for (size_t i = 0; i < loaded->name_count; i++)
        if (strcmp(loaded->names[i], name) == 0)
            return;
    if (loaded->name_count < LOADED_NAMES_MAX)
        loaded->names[loaded->name_count++] = name;
}

/* The folder of a path, as the loader has it: nothing is resolved but the working directory. */
static const char *origin_of(const struct search *search, const char *path)
{
    struct arena *arena = &search->program->arena;
    char *here = *path == '/' ? NULL : getcwd(NULL, 0);
    const char *whole = here ? arena_printf(arena, "%s/%s", here, path) : path;
    const char *slash = strrchr(whole, '/');

    free(here);
    if (slash == NULL)
        return NULL;
    return slash == whole ? "/" : arena_copy(arena, whole, (size_t)(slash - whole));
}

/* Appends an object; `file` NULL: it is missing. Returns its index. */
static size_t add_object(struct search *search, const struct library_object *object, const struct library_file *file)
{
    struct library_program *program = search->program;
    const size_t index = program->object_count;
    struct loaded *loaded = arena_alloc(&program->arena, sizeof *loaded);

    program->objects = xgrow(program->objects, &search->capacity, index + 1, sizeof *program->objects);
    search->loaded = xgrow(search->loaded, &search->loaded_capacity, index + 1, sizeof(struct loaded *));
    program->objects[index] = *object;
    program->objects[index].soname = file ? file->soname : NULL;
    loaded->file = file;
    loaded->origin = file ? origin_of(search, object->path) : NULL;
    add_name(loaded, object->name);
    if (object->path && strcmp(object->path, object->name) != 0)
        add_name(loaded, object->path);
    search->loaded[index] = loaded;
    program->object_count++;
    library_order_append(&search->order, index);
    return index;
}

static bool has_name(const struct loaded *loaded, const char *name)
{
    for (size_t i = 0; i < loaded->name_count; i++)
        if (strcmp(loaded->names[i], name) == 0)
            return true;
    return loaded->file && loaded->file->soname && strcmp(loaded->file->soname, name) == 0;
}

/* The object that is known by this name, or SIZE_MAX. */
static size_t find_loaded(const struct search *search, const char *name)
{
    for (size_t i = 0; i < search->program->object_count; i++)
        if (has_name(search->loaded[i], name))
            return i;
    return SIZE_MAX;
}

static size_t find_loaded_by_name(const void *context, const char *name)
{
    return find_loaded(context, name);
}

/* The object that is this very file under another name, or SIZE_MAX. */
static size_t find_same_file(const struct search *search, const struct library_file *file)
{
    for (size_t i = 0; i < search->program->object_count; i++) {
        const struct library_file *other = search->loaded[i]->file;
        if (other && other->status.device == file->status.device && other->status.inode == file->status.inode)
            return i;
    }
    return SIZE_MAX;
}

/* ---- One library ------------------------------------------------------------------------------------------------------------ */

static size_t add_missing(struct search *search, const char *name, enum library_cause cause, size_t needed_by)
{
    struct library_object object = {.name = name, .cause = cause, .parent = needed_by};

    object.place_count = search->place_count;
    object.places = arena_alloc(&search->program->arena, search->place_count * sizeof *object.places);
    if (search->place_count > 0)
        memcpy(object.places, search->places, search->place_count * sizeof *object.places);
    search->program->missing += !library_is_optional(cause);
    return add_object(search, &object, NULL);
}

/* The name as the loader takes it, its words replaced; NULL: it may not be used, and that ends it all. */
static const char *expanded_name(const struct search *search, size_t needed_by, const char *name)
{
    const struct library_tokens tokens = library_lookup_tokens(search, needed_by);

    return strchr(name, '$') ? library_tokens_expand(&tokens, name, &search->program->arena) : name;
}

/* The dynamic linker is loaded already; it takes its place in the order when somebody needs it. */
static bool is_loader(const struct search *search, const char *name)
{
    const struct library_file *file = search->loader->file;

    return strcmp(name, search->loader->path) == 0 || (file->soname && strcmp(name, file->soname) == 0);
}

/* Loads `name` for the object `needed_by`; returns its index. */
static size_t load(struct search *search, const char *name, enum library_cause cause, size_t needed_by)
{
    struct library_object object = {.name = name, .cause = cause, .parent = needed_by};
    const char *expanded = expanded_name(search, needed_by, name);
    const size_t known = find_loaded(search, expanded ? expanded : name);
    const struct library_file *file = NULL;

    if (known != SIZE_MAX && search->loaded[known]->file) {
        add_name(search->loaded[known], name);
        return known;
    }
    search->place_count = 0;
    search->found = (struct step){LIBRARY_BY_INTERPRETER, 0};
    if (expanded && is_loader(search, expanded) && search->loader->file->dynamic)
        file = search->loader->file;
    else if (expanded)
        file = library_lookup(search, needed_by, expanded);
    if (file == NULL && known != SIZE_MAX &&
        library_is_optional(search->program->objects[known].cause) <= library_is_optional(cause))
        return known;
    if (file == NULL)
        return add_missing(search, name, cause, needed_by);
    const size_t same = find_same_file(search, file);
    if (same != SIZE_MAX) {
        add_name(search->loaded[same], name);
        return same;
    }
    object.path = file->path;
    object.rule = search->found.rule;
    object.owner = search->found.owner;
    return add_object(search, &object, file);
}

/* ---- All of them ------------------------------------------------------------------------------------------------------------ */

static void load_needs(struct search *search, size_t index)
{
    const struct library_file *file = search->loaded[index]->file;
    struct library_program *program = search->program;

    if (file == NULL || file->need_count == 0)
        return;
    size_t *needs = arena_alloc(&program->arena, file->need_count * sizeof *needs);
    size_t count = 0;
    for (size_t i = 0; i < file->need_count && program->object_count < OBJECTS_MAX; i++) {
        needs[count] = load(search, file->needs[i].name, file->needs[i].cause, index);
        if (file->needs[i].cause != LIBRARY_NEEDED && search->loaded[needs[count]]->file)
            library_order_move_before(&search->order, needs[count], index);
        count++;
    }
    program->objects[index].needs = needs;
    program->objects[index].need_count = count;
}

/* The first in the order whose needs are not loaded yet. Returns false if there is none. */
static bool load_next(struct search *search)
{
    for (; search->done < search->order.count; search->done++) {
        const size_t index = search->order.items[search->done];
        if (search->loaded[index]->done)
            continue;
        search->loaded[index]->done = true;
        load_needs(search, index);
        return true;
    }
    return false;
}

/* Words of `list`. Those with a slash are not for programs that get more rights. */
static void preload(struct search *search, const char *list, const char *separators, enum library_cause cause)
{
    search->from_trusted_only = search->secure;
    while (list && *(list += strspn(list, separators)) != '\0' && search->program->object_count < OBJECTS_MAX) {
        const size_t length = strcspn(list, separators);
        const char *name = arena_copy(&search->program->arena, list, length);
        if (!(search->secure && cause == LIBRARY_PRELOADED && strchr(name, '/')))
            load(search, name, cause, 0);
        list += length;
    }
    search->from_trusted_only = false;
}

static void add_note(struct library_program *program, const char *text)
{
    const char **notes = arena_alloc(&program->arena, (program->note_count + 1) * sizeof *notes);

    if (program->note_count > 0)
        memcpy(notes, program->notes, program->note_count * sizeof *notes);
    notes[program->note_count++] = text;
    program->notes = notes;
}

static void describe_loader(const struct search *search, const struct library_environment *environment)
{
    struct library_program *program = search->program;
    const struct library_loader *loader = search->loader;

    if (loader->kind == LOADER_MUSL)
        program->loader = "musl";
    else if (loader->version > 200 && loader->version < 900)
        program->loader = arena_printf(&program->arena, "glibc 2.%u", loader->version - 200);
    if (loader->named_count > 0)
        program->hwcaps = arena_printf(&program->arena, "up to %s", loader->named[0]);
    if (loader->kind != LOADER_GLIBC)
        add_note(program, "the dynamic linker is not glibc's: libraries were looked for as glibc's would");
    if (loader->folders_assumed && loader->kind == LOADER_GLIBC)
        add_note(program,
                 "the folders that are searched last could not be read from the dynamic linker: the usual ones were assumed");
    if (!loader->processors_known)
        add_note(program, "subfolders for certain processors were left out, as the program is for another machine");
    else if (!search->store->own_root && loader->named_count > 0)
        add_note(program,
                 arena_printf(&program->arena, "of subfolders for processors, those up to %s were assumed, as on this machine",
                              loader->named[0]));
    if (search->secure && environment->library_path && *environment->library_path)
        add_note(program, "LD_LIBRARY_PATH does not count, as the program gets more rights than its user");
    if (library_loader_cache_flags(search->target) == 0)
        add_note(program, "the cache of ldconfig was left out, as its mark for this machine is not known");
}

/* For those who ask what would have been found elsewhere. */
static void list_folders(struct search *search)
{
    for (size_t i = 0; i < search->program->object_count; i++) {
        const struct library_file *file = search->loaded[i]->file;
        struct library_object *object = &search->program->objects[i];
        if (file == NULL || (file->runpath == NULL && file->rpath == NULL))
            continue;
        const struct folders *folders = file->runpath
                                            ? library_lookup_folders(search, i, file->runpath, &search->loaded[i]->runpath)
                                            : library_lookup_folders(search, i, file->rpath, &search->loaded[i]->rpath);
        object->folders = folders->items;
        object->folder_count = folders->count;
        object->has_runpath = file->runpath != NULL;
    }
}

static void start(struct search *search, const struct library_environment *environment, const struct library_file *file)
{
    struct library_program *program = search->program;
    const struct library_object object = {.name = program->path, .path = file->path, .cause = LIBRARY_IS_PROGRAM};
    const char *real = library_root_real_path(&search->store->root, file->path, &program->arena);

    add_object(search, &object, file);
    if (real && program->kind != PROGRAM_KIND_LIBRARY)
        search->loaded[0]->origin = origin_of(search, real); /* the kernel tells the loader where the program really is */
    const struct library_tokens tokens = library_lookup_tokens(search, 0);
    if (environment->library_path && !search->secure)
        search->environment.count =
            library_paths_split(environment->library_path, ":;", &tokens, &program->arena, &search->environment.items);
}

void library_search_run(struct library_store *store, const struct library_environment *environment, const struct library_file *file,
                        struct library_program *program)
{
    const char *interpreter = file->interpreter ? file->interpreter : library_loader_usual(&file->target);
    struct search search = {.store = store, .target = &file->target, .program = program};
    struct library_object *kept;

    search.secure = program->privileged;
    search.loader = library_store_loader(store, interpreter ? interpreter : "/lib/ld.so.1", &file->target);
    search.kernel = search.loader->version < 236 ? store->kernel : 0;
    describe_loader(&search, environment);
    start(&search, environment, file);
    preload(&search, environment->preload, " :", LIBRARY_PRELOADED);
    preload(&search, store->preload_file, ": \t\n", LIBRARY_PRELOADED_FILE);
    while (load_next(&search))
        ;
    library_order_apply(&search.order, program, (void **)search.loaded);
    if (program->object_count >= OBJECTS_MAX)
        add_note(program, "more libraries than any program has: not all were followed");

    list_folders(&search);
    const struct library_file **files = arena_alloc(&program->arena, program->object_count * sizeof *files);
    for (size_t i = 0; i < program->object_count; i++)
        files[i] = search.loaded[i]->file;
    if (search.loader->kind != LOADER_MUSL)
        library_versions_check(store, program, files, find_loaded_by_name, &search);
    kept = arena_alloc(&program->arena, program->object_count * sizeof *kept);
    memcpy(kept, program->objects, program->object_count * sizeof *kept);
    free(program->objects);
    program->objects = kept;
    library_order_finish(&search.order);
    free(search.loaded);
    free(search.places);
}

bool library_search_is_privileged(const struct library_file *file)
{
    const bool gains_user = (file->status.mode & S_ISUID) && file->status.user != getuid();
    const bool gains_group = (file->status.mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && file->status.group != getgid();

    return gains_user || gains_group || (file->capabilities && getuid() != 0);
}
