/* SPDX-License-Identifier: MIT */
#include "suppressions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "suppression.h"

struct suppressions {
    struct suppression_list list;
};

struct suppressions *suppressions_create(void)
{
    return xcalloc(1, sizeof(struct suppressions));
}

void suppressions_destroy(struct suppressions *suppressions)
{
    if (suppressions == NULL)
        return;
    for (size_t i = 0; i < suppressions->list.count; i++)
        suppression_finish(&suppressions->list.items[i]);
    free(suppressions->list.items);
    free(suppressions);
}

int suppressions_parse(struct suppressions *suppressions, const char *text, size_t size, const char *origin, char **error)
{
    return suppression_parse(&suppressions->list, text, size, origin, error);
}

/* Reads from any kind of file: process substitution hands in a pipe. */
static int read_all(int fd, char **text, size_t *size)
{
    size_t capacity = 0;

    *text = NULL;
    *size = 0;
    for (;;) {
        *text = xgrow(*text, &capacity, *size + 4096, 1);
        ssize_t got = read(fd, *text + *size, capacity - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        *size += (size_t)got;
    }
}

int suppressions_load(struct suppressions *suppressions, const char *path, char **error)
{
    char *text = NULL;
    size_t size = 0;

    *error = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int result = read_all(fd, &text, &size);
    close(fd);
    if (result == 0)
        result = suppressions_parse(suppressions, text, size, path, error);
    free(text);
    return result;
}

void suppressions_add_defaults(struct suppressions *suppressions)
{
    size_t before = suppressions->list.count;
    char *error = NULL;

    if (suppressions_parse(suppressions, suppression_defaults, strlen(suppression_defaults), "built in", &error) != 0) {
        fprintf(stderr, "leakwatch: %s\n", error); /* the tests parse them: cannot happen */
        abort();
    }
    for (size_t i = before; i < suppressions->list.count; i++)
        suppressions->list.items[i].built_in = true;
}

bool suppressions_cover(const struct suppressions *suppressions, enum leak_kind kind)
{
    for (size_t i = 0; i < suppressions->list.count; i++)
        if (suppressions->list.items[i].kinds & 1u << kind)
            return true;
    return false;
}

int suppressions_match(const struct suppressions *suppressions, enum leak_kind kind, const struct report_stack *stack)
{
    for (size_t i = 0; i < suppressions->list.count; i++)
        if (suppression_matches(&suppressions->list.items[i], kind, stack))
            return (int)i;
    return -1;
}

size_t suppressions_number(const struct suppressions *suppressions)
{
    return suppressions->list.count;
}

struct suppression_info suppressions_info(const struct suppressions *suppressions, size_t index)
{
    const struct suppression *suppression = &suppressions->list.items[index];

    return (struct suppression_info){
        .name = suppression->name,
        .file = suppression->file,
        .line = suppression->line,
        .built_in = suppression->built_in,
    };
}
