/* SPDX-License-Identifier: MIT */
#include "source_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Removes the last component of a path of `length` bytes. Returns what is left. */
static size_t parent_length(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

/* Resolves empty components, "." and ".." of an absolute path in place. The root itself becomes "". */
static void normalize(char *path)
{
    size_t used = 0;

    for (const char *component = path; *component;) {
        component += strspn(component, "/");
        const size_t length = strcspn(component, "/");
        if (length == 2 && component[0] == '.' && component[1] == '.') {
            used = parent_length(path, used);
        } else if (length > 0 && !(length == 1 && component[0] == '.')) {
            path[used++] = '/';
            memmove(path + used, component, length);
            used += length;
        }
        component += length;
    }
    path[used] = '\0';
}

static bool is_normal(const char *path)
{
    return path[0] == '/' && strstr(path, "//") == NULL && strstr(path, "/.") == NULL;
}

/* What is behind `root` and a slash, or NULL. */
static const char *behind(const char *root, const char *path)
{
    const size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);

    return strncmp(path, root, length) == 0 && path[length] == '/' && path[length + 1] ? path + length + 1 : NULL;
}

char *source_path_absolute(const char *path, const char *directory)
{
    char *absolute = path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", directory, path);

    normalize(absolute);
    if (*absolute)
        return absolute;
    free(absolute);
    return xstrdup("/");
}

char *source_path_relative(const char *root, const char *path)
{
    if (root == NULL)
        return NULL;
    if (is_normal(path)) {
        const char *relative = behind(root, path);
        return relative ? xstrdup(relative) : NULL;
    }
    char *absolute = source_path_absolute(path, root);
    const char *relative = behind(root, absolute);
    char *result = relative ? xstrdup(relative) : NULL;
    free(absolute);
    return result;
}
