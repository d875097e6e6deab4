/* SPDX-License-Identifier: MIT */
#include "output_name.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

static char *host_name(void)
{
    char name[HOST_NAME_MAX + 1];

    return gethostname(name, sizeof name) == 0 ? xstrdup(name) : xstrdup("localhost");
}

/* Of "q{VARIABLE}". Stores the length of that. */
static char *variable(const char *text, size_t *length, char **error)
{
    const char *end = text[1] == '{' ? strchr(text, '}') : NULL;

    if (end == NULL) {
        *error = xstrdup("%q wants the name of a variable in braces: %q{VARIABLE}");
        return NULL;
    }
    char *name = xstrndup(text + 2, (size_t)(end - text - 2));
    const char *value = getenv(name);
    *length = (size_t)(end - text) + 1;
    if (value == NULL)
        *error = xasprintf("the variable '%s' of %%q{%s} is not set", name, name);
    free(name);
    return value ? xstrdup(value) : NULL;
}

/* Of what stands behind a %. Stores how long that is. NULL: see output_name_expand(). */
static char *replacement(const char *text, pid_t pid, size_t *length, char **error)
{
    *length = 1;
    switch (*text) {
    case '%':
        return xstrdup("%");
    case 'p':
        return xasprintf("%d", (int)pid);
    case 'h':
        return host_name();
    case 'n':
        return xstrdup("1");
    case 'q':
        return variable(text, length, error);
    default:
        *error = xasprintf("'%%%.1s' is not %%p, %%h, %%n, %%q{VARIABLE} or %%%%", text);
        return NULL;
    }
}

char *output_name_expand(const char *name, pid_t pid, char **error)
{
    char *expanded = xstrdup("");

    for (;;) {
        const size_t plain = strcspn(name, "%");
        size_t length = 0;
        char *rest = name[plain] ? replacement(name + plain + 1, pid, &length, error) : xstrdup("");
        char *longer = rest ? xasprintf("%s%.*s%s", expanded, (int)plain, name, rest) : NULL;
        free(rest);
        free(expanded);
        expanded = longer;
        if (expanded == NULL || name[plain] == '\0')
            return expanded;
        name += plain + 1 + length;
    }
}

char *output_name_of_process(const char *name, pid_t pid)
{
    char *error = NULL, *expanded = output_name_expand(name, pid, &error);

    free(error);
    return expanded ? expanded : xstrdup(name);
}

bool output_name_is_by_process(const char *name)
{
    for (const char *at = strchr(name, '%'); at; at = strchr(at + 2, '%'))
        if (at[1] == 'p')
            return true;
    return false;
}
