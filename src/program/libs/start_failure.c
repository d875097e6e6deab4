/* SPDX-License-Identifier: MIT */
#include "start_failure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "libraries/library_names.h"
#include "libraries/library_program.h"
#include "libraries/library_store.h"
#include "program/program_path.h"

static struct library_program *examine(struct library_store *store, const char *path)
{
    const struct library_questions questions = {.path = getenv("PATH"),
                                                .environment = {getenv("LD_LIBRARY_PATH"), getenv("LD_PRELOAD")}};

    return library_store_init(store, NULL) == 0 ? library_program_examine(store, &questions, path) : NULL;
}

/* Whether the problem says more than the error of the kernel does, which asks for permission before it looks at what is in a file.
 */
static bool tells_more(enum program_problem problem, int error)
{
    switch (problem) {
    case PROGRAM_EMPTY:
    case PROGRAM_NO_FORMAT:
    case PROGRAM_NOT_PROGRAM:
    case PROGRAM_DAMAGED:
    case PROGRAM_OTHER_MACHINE:
        return error != EACCES;
    case PROGRAM_NOEXEC:
    case PROGRAM_LOADER_ABSENT:
    case PROGRAM_LOADER_UNFIT:
    case PROGRAM_SCRIPT_EMPTY:
    case PROGRAM_SCRIPT_CR:
    case PROGRAM_SCRIPT_ABSENT:
    case PROGRAM_SCRIPT_UNFIT:
    case PROGRAM_SCRIPT_LOOP:
        return true;
    default:
        return false;
    }
}

static char *explain_problem(const struct library_program *program, int error)
{
    const char *text = program_problem_name(program->problem)->text;

    if (!tells_more(program->problem, error))
        return NULL;
    if (program->subject && program->detail)
        return xasprintf("%s: %s, %s", text, program->subject, program->detail);
    if (program->subject || program->detail)
        return xasprintf("%s: %s", text, program->subject ? program->subject : program->detail);
    return xstrdup(text);
}

char *start_failure_of_exec(const char *program, int error)
{
    char *path = program_path_find(program), *reason = NULL;
    struct library_store store;
    struct stat status;

    if (path && stat(path, &status) == 0) {
        struct library_program *examined = S_ISDIR(status.st_mode) ? NULL : examine(&store, path);
        if (S_ISDIR(status.st_mode))
            reason = xstrdup(strerror(EISDIR)); /* the kernel says EACCES */
        if (examined) {
            reason = explain_problem(examined, error);
            library_program_destroy(examined);
            library_store_finish(&store);
        }
    }
    free(path);
    return reason ? reason : xstrdup(strerror(error));
}

static char *explain_missing(const struct library_program *program)
{
    for (size_t i = 0; i < program->object_count; i++) {
        const struct library_object *object = &program->objects[i];
        if (object->path == NULL && !library_is_optional(object->cause))
            return xasprintf("the program did not start: %s %s, needed by %s; for more: leakwatch libs %s", object->name,
                             object->place_count > 0 && library_verdict_is_final(object->places[object->place_count - 1].verdict)
                                 ? "cannot be loaded"
                                 : "is missing",
                             program->objects[object->parent].path, program->path);
    }
    for (size_t i = 0; i < program->version_count; i++) {
        const struct library_version *version = &program->versions[i];
        if (version->fatal)
            return xasprintf("the program did not start: %s has no version %s, needed by %s; for more: leakwatch libs %s",
                             program->objects[version->library].path, version->version, program->objects[version->needed_by].path,
                             program->path);
    }
    return NULL;
}

char *start_failure_of_libraries(const char *path)
{
    struct library_store store;
    struct library_program *program = examine(&store, path);
    char *reason = program ? explain_missing(program) : NULL;

    if (program) {
        library_program_destroy(program);
        library_store_finish(&store);
    }
    return reason;
}
