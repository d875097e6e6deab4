/* SPDX-License-Identifier: MIT */
#include "output_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

/* Writes the variable in "q{NAME}" at `*at`, and moves on to the closing brace. Returns false if there is none such. */
static bool put_variable(FILE *stream, const char **at)
{
    const char *end = strchr(*at, '}');

    if ((*at)[1] != '{' || end == NULL)
        return false;
    char *name = xstrndup(*at + 2, (size_t)(end - *at) - 2);
    const char *value = getenv(name);
    free(name);
    if (value == NULL)
        return false;
    fputs(value, stream);
    *at = end;
    return true;
}

/* Writes what the character behind a % stands for. */
static bool put_meaning(FILE *stream, const char **at, pid_t pid)
{
    switch (**at) {
    case 'p':
        fprintf(stream, "%d", (int)pid);
        return true;
    case 'n':
        putc('1', stream);
        return true;
    case '%':
        putc('%', stream);
        return true;
    case 'q':
        return put_variable(stream, at);
    default:
        return false;
    }
}

char *output_name_expand(const char *pattern, pid_t pid)
{
    char *name = NULL;
    size_t size;
    FILE *stream = open_memstream(&name, &size);
    bool valid = stream != NULL;

    for (const char *at = pattern; valid && *at != '\0'; at++) {
        if (*at != '%') {
            putc(*at, stream);
        } else {
            at++;
            valid = put_meaning(stream, &at, pid);
        }
    }
    valid = stream != NULL && fclose(stream) == 0 && valid;
    if (!valid) {
        free(name);
        name = NULL;
    }
    return name;
}

bool output_name_is_by_process(const char *pattern)
{
    for (const char *at = strchr(pattern, '%'); at; at = strchr(at + 2, '%'))
        if (at[1] == 'p')
            return true;
    return false;
}
