/* SPDX-License-Identifier: MIT */
#include "program_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "program/options/option_types.h"

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Found here and not by execvp(3): a log is to show one execve, not one for each directory. */
char *program_path_find(const char *name)
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

/* ---- The environment ------------------------------------------------------------------------------------------------------- */

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

char **program_environment_make(const struct text_list *changes, bool ours)
{
    const size_t count = ours ? count_words(environ) : 0;
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

const char *program_environment_value(char *const *environment, const char *name)
{
    const size_t length = strlen(name);

    for (; environment && *environment; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}
