/* SPDX-License-Identifier: MIT */
#include "option_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "options.h"

#define RC_SIZE_MAX 65536
#define CONFIG_NAME "leakwatch/config"
#define FILES_MAX   5

/* Where one kind of options is looked for. */
struct source_names {
    const char *file;     /* in the home directory, and in the current one */
    const char *variable; /* of the environment */
    int (*parse)(struct options *options, const char *text, const char *origin, char **error);
};
static const struct source_names own_names = {".leakwatchrc", "LEAKWATCH_OPTIONS", options_parse_text};
static const struct source_names valgrind_names = {".valgrindrc", "VALGRIND_OPTS", compat_options_parse_text};

/* Options name files to write: only the user may have written them. Returns NULL, or why the file must not be used. */
static const char *distrust(const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return "not a regular file";
    if (status->st_uid != geteuid())
        return "owned by another user";
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return "writable by others";
    if (status->st_size > RC_SIZE_MAX)
        return "too large";
    return NULL;
}

static int read_all(int fd, size_t size, char **text)
{
    char *buffer = xmalloc(size + 1);
    size_t used = 0;

    while (used < size) {
        ssize_t count = read(fd, buffer + used, size - used);
        if (count < 0) {
            free(buffer);
            return -errno;
        }
        if (count == 0)
            break;
        used += (size_t)count;
    }
    buffer[used] = '\0';
    *text = buffer;
    return 0;
}

struct sources {
    const struct source_names *names;
    struct options *options;
    struct stat applied[FILES_MAX];
    size_t count;
};

static int apply_open_file(const struct sources *sources, int fd, const char *path, const struct stat *status, char **error)
{
    char *text = NULL;
    const char *reason = distrust(status);
    if (reason) {
        fprintf(stderr, "leakwatch: %s is left out: %s\n", path, reason);
        return 0;
    }
    int result = read_all(fd, (size_t)status->st_size, &text);
    if (result == 0) {
        result = sources->names->parse(sources->options, text, path, error);
        free(text);
    }
    return result;
}

/* A file that was read already, under another name: the home directory may be the current one. */
static bool is_applied(const struct stat *status, const struct stat *applied, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (status->st_dev == applied[i].st_dev && status->st_ino == applied[i].st_ino)
            return true;
    return false;
}

static int apply_file(struct sources *sources, const char *path, char **error)
{
    struct stat *status = &sources->applied[sources->count];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int result = 0;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
    if (fstat(fd, status) != 0) {
        result = -errno;
    } else if (!is_applied(status, sources->applied, sources->count)) {
        sources->count++;
        result = apply_open_file(sources, fd, path, status, error);
    }
    close(fd);
    return result;
}

/* `path` is released. */
static int apply_file_or_explain(struct sources *sources, char *path, char **error)
{
    int result = apply_file(sources, path, error);

    if (result != 0 && *error == NULL)
        *error = xasprintf("%s: %s", path, strerror(-result));
    free(path);
    return result;
}

/* A path in a variable is to be absolute, else the variable is as if not set (XDG Base Directory Specification). */
static int apply_config(struct sources *sources, const char *home, char **error)
{
    const char *config = getenv("XDG_CONFIG_HOME");

    if (config && *config == '/')
        return apply_file_or_explain(sources, xasprintf("%s/" CONFIG_NAME, config), error);
    return home ? apply_file_or_explain(sources, xasprintf("%s/.config/" CONFIG_NAME, home), error) : 0;
}

/* Those of the home directory, the environment, and the current directory, in this order. */
static int apply_names(struct sources *sources, const char *home, const struct source_names *names, char **error)
{
    const char *environment = getenv(names->variable);
    int result = 0;

    sources->names = names;
    if (home)
        result = apply_file_or_explain(sources, xasprintf("%s/%s", home, names->file), error);
    if (result == 0 && environment)
        result = names->parse(sources->options, environment, names->variable, error);
    if (result == 0)
        result = apply_file_or_explain(sources, xasprintf("./%s", names->file), error);
    return result;
}

int option_sources_apply(struct options *options, char **error)
{
    struct sources sources = {.names = &own_names, .options = options};
    const char *home = getenv("HOME");

    *error = NULL;
    home = home && *home ? home : NULL;
    int result = apply_config(&sources, home, error);
    if (result == 0)
        result = apply_names(&sources, home, &own_names, error);
    if (result == 0 && options->compat.wanted)
        result = apply_names(&sources, home, &valgrind_names, error);
    return result;
}
