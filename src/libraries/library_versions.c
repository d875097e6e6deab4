/* SPDX-License-Identifier: MIT */
#include "library_versions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "library_file.h"
#include "library_store.h"
#include "library_symbols.h"

#define VERSIONS_MAX 1024 /* that are worth a word, of one program */

static bool has_version(const struct library_file *file, const char *version)
{
    for (size_t i = 0; i < file->version_count; i++)
        if (strcmp(file->versions[i].name, version) == 0)
            return true;
    return false;
}

/* "GLIBC_" of "GLIBC_2.36": up to the first number. */
static size_t family_length(const char *version)
{
    return strcspn(version, "0123456789");
}

/* The last of the same family that the file has, in the order of versions. */
static const char *newest_of_family(const struct library_file *file, const char *version)
{
    const size_t length = family_length(version);
    const char *newest = NULL;

    for (size_t i = 0; i < file->version_count; i++) {
        const char *name = file->versions[i].name;
        if (length > 0 && strncmp(name, version, length) == 0 && family_length(name) == length &&
            (newest == NULL || strverscmp(name, newest) > 0))
            newest = name;
    }
    return newest;
}

static void add_version(struct library_store *store, struct library_program *program, const struct library_file *needing,
                        const struct library_file *library, const struct library_version_need *need,
                        struct library_version *version)
{
    version->symbol_count = library_symbols_of_version(store, needing, need->index, &program->arena, &version->symbols);
    if (!version->unversioned)
        version->fatal = true;
    else if (!library->version_indices)
        version->fatal = version->symbol_count > 0; /* an assertion in check_match(), elf/dl-lookup.c of glibc */
    program->versions[program->version_count++] = *version;
}

static size_t count_needs(const struct library_program *program, const struct library_file **files)
{
    size_t count = 0;

    for (size_t i = 0; i < program->object_count; i++)
        count += files[i] ? files[i]->version_need_count : 0;
    return count < VERSIONS_MAX ? count : VERSIONS_MAX;
}

void library_versions_check(struct library_store *store, struct library_program *program, const struct library_file **files,
                            library_finder *find, const void *context)
{
    const size_t room = count_needs(program, files);

    program->versions = arena_alloc(&program->arena, room * sizeof *program->versions);
    for (size_t i = 0; i < program->object_count; i++) {
        for (size_t k = 0; files[i] && k < files[i]->version_need_count; k++) {
            const struct library_version_need *need = &files[i]->version_needs[k];
            const size_t library = find(context, need->file);
            if (library == SIZE_MAX || files[library] == NULL || need->weak || program->version_count == room)
                continue;
            struct library_version version = {i, library, need->version, .unversioned = !files[library]->versioned};
            if (!version.unversioned && has_version(files[library], need->version))
                continue;
            version.newest = newest_of_family(files[library], need->version);
            add_version(store, program, files[i], files[library], need, &version);
        }
    }
}
