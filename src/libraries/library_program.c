/* SPDX-License-Identifier: MIT */
#include "library_program.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "library_script.h"
#include "library_store.h"
#include "library_symbols.h"

/* As many as the kernel follows (BINPRM_MAX_RECURSION in fs/exec.c). */
enum { INTERPRETERS_MAX = 5 };

void library_program_refuse(struct library_program *program, enum program_problem problem, const char *subject, const char *detail)
{
    if (program->problem != PROGRAM_FINE)
        return;
    program->problem = problem;
    program->subject = subject;
    program->detail = detail;
}

/* ---- What stops execve(2) before it looks at the contents -------------------------------------------------------------------- */

static enum program_problem problem_of_access(const struct library_file *file)
{
    if (file->dangling)
        return PROGRAM_DANGLING;
    if (file->error == ENOENT)
        return PROGRAM_ABSENT;
    if (file->unreadable)
        return PROGRAM_UNREADABLE;
    if (file->error == ENOTDIR || file->error == EACCES || file->error == ELOOP || file->error == ENAMETOOLONG)
        return PROGRAM_UNREACHABLE;
    if (file->error)
        return PROGRAM_UNREADABLE;
    if (S_ISDIR(file->status.mode))
        return PROGRAM_DIRECTORY;
    return S_ISREG(file->status.mode) ? PROGRAM_FINE : PROGRAM_SPECIAL;
}

/* ---- Dynamic linkers --------------------------------------------------------------------------------------------------------- */

static const char *why_loader_unfit(const struct library_file *loader, const struct library_file *file)
{
    if (loader->error)
        return strerror(loader->error);
    if (S_ISDIR(loader->status.mode))
        return "it is a folder";
    if (!S_ISREG(loader->status.mode))
        return "it is no regular file";
    if (!library_file_is_executable(loader))
        return "it is not executable";
    if (loader->no_exec)
        return "it is on a file system mounted with noexec";
    if (!loader->has_magic)
        return "it is no ELF file";
    if (loader->target.class != file->target.class || loader->target.machine != file->target.machine)
        return "it is for another machine";
    return loader->damaged ? "it is damaged" : NULL;
}

static void check_interpreter(struct library_store *store, struct library_program *program, const struct library_file *file)
{
    if (file->interpreter == NULL)
        return;
    const struct library_file *loader = library_store_file(store, file->interpreter);
    const bool absent = loader->error == ENOENT || loader->error == ENOTDIR;
    const char *unfit = absent ? NULL : why_loader_unfit(loader, file);

    program->interpreter = file->interpreter;
    if (absent)
        library_program_refuse(program, PROGRAM_LOADER_ABSENT, file->interpreter,
                               loader->dangling ? library_root_link(&store->root, file->interpreter, &program->arena) : NULL);
    else if (unfit)
        library_program_refuse(program, PROGRAM_LOADER_UNFIT, file->interpreter, unfit);
}

/* ---- ELF files --------------------------------------------------------------------------------------------------------------- */

static bool runs_here(const struct library_target *target)
{
    return target->data == ELFDATA2LSB && (target->machine == EM_X86_64 || target->machine == EM_386);
}

static enum program_kind kind_of(const struct library_file *file)
{
    if (file->type != ET_EXEC && file->type != ET_DYN)
        return PROGRAM_KIND_OTHER;
    if (file->interpreter)
        return PROGRAM_KIND_DYNAMIC;
    if (file->type == ET_EXEC || file->pie || !file->dynamic)
        return PROGRAM_KIND_STATIC;
    return PROGRAM_KIND_LIBRARY;
}

static void describe_elf(struct library_program *program, const struct library_file *file)
{
    program->kind = kind_of(file);
    program->machine = library_machine_name(file->target.machine);
    program->bits = file->target.class == ELFCLASS64 ? 64 : 32;
    program->privileged = program->kind == PROGRAM_KIND_DYNAMIC && library_search_is_privileged(file);
}

/* Some libraries have an interpreter, so that they can be run, too. They need not be executable. */
static bool is_called_library(const struct library_file *file)
{
    const char *slash = strrchr(file->path, '/');

    return file->soname || (file->type == ET_DYN && strstr(slash ? slash : file->path, ".so"));
}

static void check_elf(struct library_store *store, struct library_program *program, const struct library_file *file)
{
    if (program->kind == PROGRAM_KIND_OTHER)
        library_program_refuse(program, PROGRAM_NOT_PROGRAM, NULL, NULL);
    else if (file->complaint)
        library_program_refuse(program, PROGRAM_DAMAGED, NULL, file->complaint);
    else if (library_file_damage(file))
        library_program_refuse(program, PROGRAM_DAMAGED, NULL, library_file_damage(file));
    else if (file->truncated)
        library_program_refuse(program, PROGRAM_DAMAGED, NULL, "it ends before its segments do: it was cut off");
    else if (store->own_root && !runs_here(&file->target))
        library_program_refuse(program, PROGRAM_OTHER_MACHINE, NULL, library_file_what(file, &program->arena));
    if (program->kind != PROGRAM_KIND_LIBRARY && !is_called_library(file) && !library_file_is_executable(file))
        library_program_refuse(program, PROGRAM_NOT_EXECUTABLE, NULL, NULL);
    if (program->kind != PROGRAM_KIND_OTHER && file->no_exec)
        library_program_refuse(program, PROGRAM_NOEXEC, NULL, NULL);
    check_interpreter(store, program, file);
}

/* ---- All --------------------------------------------------------------------------------------------------------------------- */

/* What is not ELF. Returns the file to go on with, or NULL. */
static const struct library_file *follow_script(struct library_store *store, const struct library_questions *questions,
                                                struct library_program *program, const struct library_file *file)
{
    struct library_script script;

    if (file->head_size == 0) {
        library_program_refuse(program, PROGRAM_EMPTY, NULL, NULL);
        return NULL;
    }
    if (!library_script_parse(file, &program->arena, &script)) {
        library_program_refuse(program, PROGRAM_NO_FORMAT, NULL, NULL);
        return NULL;
    }
    program->kind = PROGRAM_KIND_SCRIPT;
    if (!library_file_is_executable(file))
        library_program_refuse(program, PROGRAM_NOT_EXECUTABLE, NULL, NULL);
    if (file->no_exec)
        library_program_refuse(program, PROGRAM_NOEXEC, NULL, NULL);
    const struct library_file *next = library_script_check(store, questions->path, &script, program);
    if (next && program->script == NULL)
        program->script = program->path;
    if (next)
        program->path = next->path;
    return next;
}

/* The file that is executed in the end; NULL: there is none, and why is in `program`. */
static const struct library_file *find_image(struct library_store *store, const struct library_questions *questions,
                                             struct library_program *program)
{
    const struct library_file *file = library_store_file(store, program->path);

    for (unsigned i = 0; i <= INTERPRETERS_MAX; i++) {
        enum program_problem problem = problem_of_access(file);
        if (problem != PROGRAM_FINE) {
            library_program_refuse(program, problem, NULL,
                                   problem == PROGRAM_ABSENT || file->error == 0 ? NULL : strerror(file->error));
            if (file->dangling)
                program->detail = library_root_link(&store->root, file->path, &program->arena);
            return NULL;
        }
        if (file->has_magic)
            return file;
        file = follow_script(store, questions, program, file);
        if (file == NULL)
            return NULL;
    }
    library_program_refuse(program, PROGRAM_SCRIPT_LOOP, NULL, NULL);
    return NULL;
}

static bool loads_libraries(const struct library_program *program, const struct library_file *file)
{
    return (program->kind == PROGRAM_KIND_DYNAMIC || program->kind == PROGRAM_KIND_LIBRARY) && file->dynamic && !file->damaged &&
           !file->complaint;
}

static bool lacks_version(const struct library_program *program)
{
    for (size_t i = 0; i < program->version_count; i++)
        if (program->versions[i].fatal)
            return true;
    return false;
}

struct library_program *library_program_examine(struct library_store *store, const struct library_questions *questions,
                                                const char *path)
{
    struct library_program *program = xcalloc(1, sizeof *program);

    program->path = arena_copy(&program->arena, path, strlen(path));
    const struct library_file *file = find_image(store, questions, program);
    if (file) {
        describe_elf(program, file);
        check_elf(store, program, file);
        if (loads_libraries(program, file))
            library_search_run(store, &questions->environment, file, program);
        if (questions->symbols && program->object_count > 0)
            library_symbols_check(store, program);
    }
    program->failed =
        program->problem != PROGRAM_FINE || program->missing > 0 || program->symbol_count > 0 || lacks_version(program);
    return program;
}

void library_program_destroy(struct library_program *program)
{
    if (program == NULL)
        return;
    arena_finish(&program->arena);
    free(program);
}

bool library_program_is_candidate(struct library_store *store, const char *path)
{
    const struct library_file *file = library_store_file(store, path);

    return file->has_magic && !file->debug_only && (file->type == ET_EXEC || file->type == ET_DYN) &&
           (file->dynamic || file->interpreter || file->damaged);
}
