/* SPDX-License-Identifier: MIT */
#include "library_mends.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "library_elsewhere.h"
#include "library_store.h"
#include "program_mends.h"

enum { MENDS_MAX = 8, RELATIVES_MAX = 3, MENDED_MAX = 64 };

/* Of one library. */
struct advice {
    struct library_store *store;
    const struct library_adviser *adviser;
    struct library_program *program; /* NULL: none is known */
    const struct library_target *target;
    const struct library_elsewhere *elsewhere;
    const char *name;
    const struct library_object *object; /* likewise */
    struct arena *arena;
    struct library_mend *mends;
    size_t count;
    size_t relatives;
};

static void add(struct advice *advice, enum library_mend_kind kind, const char *text, const char *command)
{
    if (advice->count < MENDS_MAX)
        advice->mends[advice->count++] = (struct library_mend){kind, text, command};
}

/* ---- What is in the way --------------------------------------------------------------------------------------------------------
 */

static bool is_linker_script(const struct library_file *file)
{
    return memmem(file->head, file->head_size, "GNU ld script", 13) || memmem(file->head, file->head_size, "INPUT", 5) ||
           memmem(file->head, file->head_size, "GROUP", 5);
}

static void advise_denied(struct advice *advice, const struct library_place *place)
{
    const char *quoted = program_mends_quote(place->path, advice->arena);

    if (library_store_file(advice->store, place->path)->unreadable)
        add(advice, LIBRARY_MEND_PERMISSION, arena_printf(advice->arena, "let %s be read", place->path),
            arena_printf(advice->arena, "chmod a+r %s", quoted));
    else
        add(advice, LIBRARY_MEND_PERMISSION,
            arena_printf(advice->arena, "let the folders on the way to %s be entered", place->path),
            arena_printf(advice->arena, "namei -l %s", quoted));
}

static void advise_in_the_way(struct advice *advice, const struct library_place *place)
{
    struct arena *arena = advice->arena;

    switch (place->verdict) {
    case LIBRARY_EXECUTABLE:
    case LIBRARY_PIE:
        add(advice, LIBRARY_MEND_REBUILD, arena_printf(arena, "build %s as a library, with -shared", place->path), NULL);
        break;
    case LIBRARY_NOEXEC:
        add(advice, LIBRARY_MEND_FILE,
            arena_printf(arena, "put %s on another file system, or mount this one without noexec", place->path), NULL);
        break;
    case LIBRARY_NOT_ELF:
        if (is_linker_script(library_store_file(advice->store, place->path))) {
            add(advice, LIBRARY_MEND_REBUILD,
                arena_printf(arena, "%s is a script for the linker: what needs it must be linked against what it names",
                             place->path),
                NULL);
            break;
        }
        /* fallthrough */
    default:
        add(advice, LIBRARY_MEND_FILE, arena_printf(arena, "take %s out of the way, or put a whole one in its place", place->path),
            NULL);
    }
}

static void advise_places(struct advice *advice, const struct library_object *object)
{
    struct arena *arena = advice->arena;

    for (size_t i = 0; i < object->place_count; i++) {
        const struct library_place *place = &object->places[i];
        if (place->verdict == LIBRARY_DANGLING)
            add(advice, LIBRARY_MEND_FILE,
                arena_printf(arena, "put back what %s leads to, %s, or take the link away", place->path,
                             place->what ? place->what : "?"),
                NULL);
        else if (place->verdict == LIBRARY_DENIED)
            advise_denied(advice, place);
        else if (place->verdict == LIBRARY_UNTRUSTED)
            add(advice, LIBRARY_MEND_PERMISSION,
                arena_printf(arena, "a library that is preloaded into a set-user-ID program must be set-user-ID, too"), NULL);
        else if (library_verdict_is_final(place->verdict))
            advise_in_the_way(advice, place);
        else if (place->rule == LIBRARY_BY_CACHE && place->verdict == LIBRARY_ABSENT && !place->empty)
            add(advice, LIBRARY_MEND_LDCONFIG, arena_printf(arena, "the cache names %s, which is gone: make it anew", place->path),
                "ldconfig");
    }
}

/* ---- Where it is, and nobody looks
 * ------------------------------------------------------------------------------------------------ */

static const char *program_path(const struct advice *advice)
{
    return program_mends_quote(advice->program->script ? advice->program->script : advice->program->path, advice->arena);
}

static void advise_search_path(struct advice *advice, const char *folder)
{
    struct arena *arena = advice->arena;
    const char *quoted = program_mends_quote(folder, arena);

    if (advice->program == NULL) {
        add(advice, LIBRARY_MEND_PATH, arena_printf(arena, "it is in %s, which is not searched", folder),
            arena_printf(arena, "export LD_LIBRARY_PATH=%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}", quoted));
        return;
    }
    if (!advice->program->privileged)
        add(advice, LIBRARY_MEND_PATH, arena_printf(arena, "it is in %s, which is not searched; for once:", folder),
            arena_printf(arena, "LD_LIBRARY_PATH=%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} %s", quoted, program_path(advice)));
    add(advice, LIBRARY_MEND_PATH, arena_printf(arena, "for good: link with -Wl,-rpath,%s, or change the file", folder),
        arena_printf(arena, "patchelf --add-rpath %s %s", quoted, program_path(advice)));
}

/* A RUNPATH counts for what its object needs itself, not for what that needs in turn. */
static bool advise_runpath(struct advice *advice, const struct library_object *object, const char *folder)
{
    struct arena *arena = advice->arena;
    const struct library_object *needing = &advice->program->objects[object->parent];

    for (size_t i = 0; i < advice->program->object_count; i++) {
        const struct library_object *owner = &advice->program->objects[i];
        for (size_t k = 0; owner->has_runpath && i != object->parent && k < owner->folder_count; k++) {
            if (strcmp(owner->folders[k], folder) != 0)
                continue;
            add(advice, LIBRARY_MEND_PATH,
                arena_printf(arena,
                             "it is in %s, which is in the RUNPATH of %s; that counts for its own needs only, not for those of %s, "
                             "which wants one of its own:",
                             folder, owner->path, needing->path),
                arena_printf(arena, "patchelf --add-rpath %s %s", program_mends_quote(folder, arena),
                             program_mends_quote(needing->path, arena)));
            add(advice, LIBRARY_MEND_REBUILD,
                arena_printf(arena, "link %s with -Wl,--disable-new-dtags: an RPATH counts for all that is loaded", owner->path),
                NULL);
            return true;
        }
    }
    return false;
}

/* `object`: NULL if none is known. */
static void advise_elsewhere(struct advice *advice, const struct library_object *object)
{
    for (size_t i = 0; i < advice->elsewhere->folder_count; i++) {
        const struct library_folder *folder = &advice->elsewhere->folders[i];
        const struct library_file *file =
            library_elsewhere_find(advice->store, folder, advice->name, advice->target, advice->arena);
        if (file == NULL)
            continue;
        if (folder->kind == FOLDER_CONFIGURED)
            add(advice, LIBRARY_MEND_LDCONFIG,
                arena_printf(advice->arena, "it is in %s, a folder of /etc/ld.so.conf that the cache does not know yet",
                             folder->path),
                "ldconfig");
        else if (object == NULL || !advise_runpath(advice, object, folder->path))
            advise_search_path(advice, folder->path);
        return;
    }
}

/* Whether the dynamic linker has looked in the folder for it. */
static bool was_searched(const struct advice *advice, const char *folder)
{
    const size_t length = strlen(folder);

    for (size_t i = 0; advice->object && i < advice->object->place_count; i++) {
        const char *path = advice->object->places[i].path, *slash = strrchr(path, '/');
        if (slash && (size_t)(slash - path) == length && strncmp(path, folder, length) == 0)
            return true;
    }
    return false;
}

/* ---- Others of its kind --------------------------------------------------------------------------------------------------------
 */

static void advise_relative(void *context, const struct library_folder *folder, const char *name)
{
    struct advice *advice = context;
    struct arena *arena = advice->arena;
    const struct library_file *file = library_elsewhere_find(advice->store, folder, name, advice->target, arena);

    if (file == NULL || advice->relatives == RELATIVES_MAX)
        return;
    advice->relatives++;
    if (file->soname && strcmp(file->soname, advice->name) == 0)
        add(advice, LIBRARY_MEND_NEAR,
            arena_printf(arena, "%s is this very library, without the link of its name%s", file->path,
                         was_searched(advice, folder->path) ? ""
                                                            : "; and its folder is not searched (-Wl,-rpath, LD_LIBRARY_PATH)"),
            arena_printf(arena, "ln -s %s %s/%s", program_mends_quote(name, arena), program_mends_quote(folder->path, arena),
                         program_mends_quote(advice->name, arena)));
    else
        add(advice, LIBRARY_MEND_NEAR,
            arena_printf(arena, "%s is there, another version: build what needs %s anew against it, or install that beside it",
                         file->path, advice->name),
            NULL);
}

static void advise_relatives(struct advice *advice)
{
    for (size_t i = 0; i < advice->elsewhere->folder_count && advice->relatives < RELATIVES_MAX; i++)
        library_elsewhere_relatives(advice->store, &advice->elsewhere->folders[i], advice->name, advise_relative, advice);
}

/* ---- Packages ------------------------------------------------------------------------------------------------------------------
 */

static bool fits(struct advice *advice, const char *path)
{
    const char *complaint;

    return library_file_verdict(library_store_file(advice->store, path), advice->target, 0, &complaint) == LIBRARY_FITS;
}

/* A package that is installed: its file has been taken away, or is where only its own programs look. */
static bool advise_installed(struct advice *advice)
{
    struct arena *arena = advice->arena;
    const struct library_package *package = library_packages_find(&advice->store->packages, &advice->store->root, advice->name);

    for (; package; package = package->next) {
        const struct library_file *file = library_store_file(advice->store, package->path);
        if (file->error == ENOENT) {
            add(advice, LIBRARY_MEND_REINSTALL,
                arena_printf(arena, "the installed package %s has it as %s, which is not there", package->package, package->path),
                arena_printf(arena, "apt-get install --reinstall %s", package->package));
            return true;
        }
        if (fits(advice, package->path) && advice->count == 0) {
            const char *slash = strrchr(package->path, '/');
            advise_search_path(advice, arena_copy(arena, package->path, (size_t)(slash - package->path)));
            return true;
        }
    }
    return false;
}

static void advise_package(struct advice *advice)
{
    struct library_mend mend = {.kind = LIBRARY_MEND_INSTALL};

    if (strchr(advice->name, '/') || advise_installed(advice))
        return;
    if (advice->adviser && advice->adviser->find_package &&
        advice->adviser->find_package(advice->adviser->context, advice->name, advice->target, advice->arena, &mend))
        add(advice, mend.kind, mend.text, mend.command);
    if (advice->target->machine == EM_386 && advice->store->packages.debian && !advice->store->packages.foreign_i386)
        add(advice, LIBRARY_MEND_MULTIARCH, "packages of 32-bit libraries are of the architecture i386, which is not enabled",
            "dpkg --add-architecture i386 && apt-get update");
}

/* ---- All -----------------------------------------------------------------------------------------------------------------------
 */

static void advise_missing(struct advice *advice, struct library_object *object)
{
    advice->name = object->name;
    advice->object = object;
    advice->count = advice->relatives = 0;
    advice->mends = arena_alloc(advice->arena, MENDS_MAX * sizeof *advice->mends);
    advise_places(advice, object);
    if (!strchr(object->name, '/')) {
        advise_elsewhere(advice, object);
        advise_relatives(advice);
    }
    advise_package(advice);
    object->mends = advice->mends;
    object->mend_count = advice->count;
}

void library_mends_add(struct library_store *store, const struct library_adviser *adviser, struct library_program *program)
{
    /* A file made to harm may need thousands; nobody reads what would mend so many. */
    struct advice advice = {.store = store, .adviser = adviser, .program = program, .arena = &program->arena};
    struct library_elsewhere elsewhere = {0};

    program_mends_add(store, program);
    for (size_t i = 0, mended = 0; i < program->object_count && mended < MENDED_MAX; i++) {
        if (program->objects[i].path)
            continue;
        mended++;
        if (elsewhere.folders == NULL)
            elsewhere = library_elsewhere_list(store, program);
        advice.elsewhere = &elsewhere;
        advice.target = &library_store_file(store, program->objects[0].path)->target;
        advise_missing(&advice, &program->objects[i]);
    }
}

size_t library_mends_for_name(struct library_store *store, const struct library_adviser *adviser, const char *name,
                              const struct library_target *target, struct arena *arena, struct library_mend **mends)
{
    struct library_program nobody = {.path = "/"};
    struct library_elsewhere elsewhere = library_elsewhere_list(store, &nobody);
    struct advice advice = {
        .store = store, .adviser = adviser, .target = target, .elsewhere = &elsewhere, .name = name, .arena = arena};

    advice.mends = *mends = arena_alloc(arena, MENDS_MAX * sizeof **mends);
    advise_elsewhere(&advice, NULL);
    advise_relatives(&advice);
    advise_package(&advice);
    arena_finish(&nobody.arena);
    return advice.count;
}
