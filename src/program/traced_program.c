/* SPDX-License-Identifier: MIT */
#include "traced_program.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace_options.h"
#include "xalloc.h"

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* The file of `name` in PATH; `name` itself if it has a slash or is not found. The caller frees it. The log is to show one execve,
 * not one for each directory. */
static char *find_executable(const char *name)
{
    const char *path = getenv("PATH");

    while (!strchr(name, '/') && path && *path) {
        const size_t length = strcspn(path, ":");
        char *candidate = length ? xasprintf("%.*s/%s", (int)length, path, name) : xasprintf("./%s", name);
        if (is_executable(candidate))
            return candidate;
        free(candidate);
        path += length + (path[length] == ':');
    }
    return strchr(name, '/') ? xstrdup(name) : NULL;
}

/* ---- Its environment ------------------------------------------------------------------------------------------------------- */

static size_t count_words(char *const *words)
{
    size_t count = 0;

    while (words && words[count])
        count++;
    return count;
}

/* The place of the variable of this name (up to a `=`), or of the NULL at the end. */
static char **find_variable(char **environment, const char *setting)
{
    const size_t length = strcspn(setting, "=");

    while (*environment && (strncmp(*environment, setting, length) != 0 || (*environment)[length] != '='))
        environment++;
    return environment;
}

static void remove_variable(char **variable)
{
    for (; *variable; variable++)
        variable[0] = variable[1];
}

/* VAR=VALUE sets, VAR unsets. */
static char **make_environment(const struct text_list *changes)
{
    const size_t count = count_words(environ);
    char **environment = xcalloc(count + changes->count + 1, sizeof *environment);

    if (count > 0)
        memcpy(environment, environ, count * sizeof *environment);
    for (size_t i = 0; i < changes->count; i++) {
        char **variable = find_variable(environment, changes->items[i]);
        if (strchr(changes->items[i], '='))
            *variable = changes->items[i];
        else
            remove_variable(variable);
    }
    return environment;
}

static const char *find_user(struct launch_user *user, const char *name)
{
    if (geteuid() != 0)
        return "only root may run a program as another user";
    errno = 0;
    const struct passwd *entry = getpwnam(name);
    if (!entry)
        return errno ? strerror(errno) : "there is no such user";
    *user = (struct launch_user){.name = name, .uid = entry->pw_uid, .gid = entry->pw_gid};
    return NULL;
}

const char *traced_program_init(struct traced_program *program, const struct trace_options *options)
{
    const size_t count = count_words(options->program);

    *program = (struct traced_program){0};
    if (count == 0)
        return NULL;
    program->executable = find_executable(options->program[0]);
    program->arguments = xcalloc(count + 1, sizeof *program->arguments);
    memcpy(program->arguments, options->program, count * sizeof *program->arguments);
    if (options->argv0)
        program->arguments[0] = options->argv0;
    program->environment = make_environment(&options->environment);
    return options->user ? find_user(&program->user, options->user) : NULL;
}

void traced_program_finish(struct traced_program *program)
{
    free(program->executable);
    free(program->arguments);
    free(program->environment);
}
