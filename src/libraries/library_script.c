/* SPDX-License-Identifier: MIT */
#include "library_script.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "library_paths.h"
#include "library_program.h"
#include "library_store.h"

#define BLANKS " \t"

bool library_script_parse(const struct library_file *file, struct arena *arena, struct library_script *script)
{
    if (file->head_size < 2 || memcmp(file->head, "#!", 2) != 0)
        return false;
    const char *line = arena_copy(arena, file->head + 2, file->head_size - 2);
    size_t length = strcspn(line, "\n");

    /* The kernel has no more than `head` holds; an interpreter that may go on behind it is refused. */
    script->cut_off = line[length] != '\n' && file->head_size == sizeof file->head - 1;
    while (length > 0 && strchr(BLANKS, line[length - 1]))
        length--;
    line = arena_copy(arena, line, length);
    line += strspn(line, BLANKS);
    const size_t name = strcspn(line, BLANKS);
    const char *rest = line + name + strspn(line + name, BLANKS);
    script->interpreter = arena_copy(arena, line, name);
    script->argument = *rest ? rest : NULL;
    script->cut_off = script->cut_off && script->argument == NULL;
    return true;
}

static bool ends_with_cr(const char *text)
{
    const size_t length = strlen(text);

    return length > 0 && text[length - 1] == '\r';
}

static const char *without_cr(const char *text, struct arena *arena)
{
    return arena_copy(arena, text, strlen(text) - 1);
}

/* The file of a command in PATH, or NULL. */
static const struct library_file *find_command(struct library_store *store, const char *path, const char *name, struct arena *arena)
{
    while (*path) {
        const size_t length = strcspn(path, ":");
        const char *folder = arena_copy(arena, path, length);
        const struct library_file *file = library_store_file(store, library_paths_join(folder, NULL, name, arena));
        if (!file->error && S_ISREG(file->status.mode) && library_file_is_executable(file))
            return file;
        path += length + (path[length] == ':');
    }
    return NULL;
}

/* "#!/usr/bin/env python3": what env is to run is what the script runs in. */
static const struct library_file *follow_env(struct library_store *store, const char *path, const struct library_script *script,
                                             struct library_program *program, const struct library_file *env)
{
    const char *command = script->argument;

    if (path == NULL || command == NULL || strcmp(basename(script->interpreter), "env") != 0 || *command == '-' ||
        strpbrk(command, BLANKS "=/"))
        return env;
    const struct library_file *file = find_command(store, path, command, &program->arena);
    if (file)
        return file;
    if (ends_with_cr(command))
        library_program_refuse(program, PROGRAM_SCRIPT_CR, without_cr(command, &program->arena), "it is looked for by env(1)");
    else
        library_program_refuse(program, PROGRAM_SCRIPT_ABSENT, command, "env(1) does not find it in PATH");
    return NULL;
}

const struct library_file *library_script_check(struct library_store *store, const char *path, const struct library_script *script,
                                                struct library_program *program)
{
    if (*script->interpreter == '\0') {
        library_program_refuse(program, PROGRAM_SCRIPT_EMPTY, NULL, NULL);
        return NULL;
    }
    if (script->cut_off) {
        library_program_refuse(program, PROGRAM_NO_FORMAT, NULL, "the line behind #! is longer than the kernel reads");
        return NULL;
    }
    const struct library_file *file = library_store_file(store, script->interpreter);
    const bool absent = file->error == ENOENT || file->error == ENOTDIR;
    if (absent && ends_with_cr(script->interpreter))
        library_program_refuse(program, PROGRAM_SCRIPT_CR, without_cr(script->interpreter, &program->arena), NULL);
    else if (absent)
        library_program_refuse(program, PROGRAM_SCRIPT_ABSENT, script->interpreter,
                               file->dangling ? "it is a symbolic link to nothing" : NULL);
    else if (!file->error && S_ISDIR(file->status.mode))
        library_program_refuse(program, PROGRAM_SCRIPT_UNFIT, script->interpreter, "it is a folder");
    else if (!file->error && !library_file_is_executable(file))
        library_program_refuse(program, PROGRAM_SCRIPT_UNFIT, script->interpreter, "it is not executable");
    else if (file->error && !file->unreadable)
        library_program_refuse(program, PROGRAM_SCRIPT_UNFIT, script->interpreter, strerror(file->error));
    else
        return follow_env(store, path, script, program, file);
    return NULL;
}
