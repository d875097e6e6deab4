/* SPDX-License-Identifier: MIT */
#include "shim_path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

/* SHIM_NAME, BIN_DIR and SHIM_DIR (both relative to the prefix) come from meson.build. */

static char *executable_directory(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    if (length <= 0)
        return NULL;
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    return xstrdup(path);
}

/* The installation may be moved as a whole, so the prefix is taken from where the executable lies. */
static char *installed_path(const char *directory)
{
    size_t length = strlen(directory), tail = strlen("/" BIN_DIR);

    if (length < tail || strcmp(directory + length - tail, "/" BIN_DIR) != 0)
        return NULL;
    return xasprintf("%.*s/" SHIM_DIR "/" SHIM_NAME, (int)(length - tail), directory);
}

static int resolve(char *candidate, char **path)
{
    char *real = realpath(candidate, NULL);

    if (real == NULL || access(real, R_OK) != 0) {
        int error = errno;
        free(real);
        *path = candidate;
        return -error;
    }
    free(candidate);
    *path = real;
    return 0;
}

int shim_path_find(char **path)
{
    const char *given = secure_getenv("LEAKWATCH_SHIM_PATH");

    if (given)
        return resolve(xstrdup(given), path);
    char *directory = executable_directory();
    if (directory == NULL) {
        *path = xstrdup("/proc/self/exe");
        return -ENOENT;
    }
    char *candidate = installed_path(directory);
    if (candidate == NULL)
        candidate = xasprintf("%s/../../preload/" SHIM_NAME, directory);
    free(directory);
    return resolve(candidate, path);
}
