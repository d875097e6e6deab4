/* SPDX-License-Identifier: MIT */
#include "output_name.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xalloc.h"

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
static char *replacement(const char *text, size_t *length, char **error)
{
    *length = 1;
    switch (*text) {
    case '%':
        return xstrdup("%");
    case 'p':
        return xasprintf("%d", (int)getpid());
    case 'h':
        return host_name();
    case 'q':
        return variable(text, length, error);
    default:
        *error = xasprintf("'%%%.1s' is not %%p, %%h, %%q{VARIABLE} or %%%%", text);
        return NULL;
    }
}

char *output_name_expand(const char *name, char **error)
{
    char *expanded = xstrdup("");

    for (;;) {
        const size_t plain = strcspn(name, "%");
        size_t length = 0;
        char *rest = name[plain] ? replacement(name + plain + 1, &length, error) : xstrdup("");
        char *longer = rest ? xasprintf("%s%.*s%s", expanded, (int)plain, name, rest) : NULL;
        free(rest);
        free(expanded);
        expanded = longer;
        if (expanded == NULL || name[plain] == '\0')
            return expanded;
        name += plain + 1 + length;
    }
}
