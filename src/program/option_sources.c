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

#include "options.h"
#include "xalloc.h"

#define RC_NAME     ".leakwatchrc"
#define RC_SIZE_MAX 65536
#define CONFIG_NAME "leakwatch/config"
#define FILES_MAX   3

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

static int apply_open_file(struct options *options, int fd, const char *path, const struct stat *status, char **error)
{
    char *text = NULL;
    const char *reason = distrust(status);
    if (reason) {
        fprintf(stderr, "leakwatch: %s is left out: %s\n", path, reason);
        return 0;
    }
    int result = read_all(fd, (size_t)status->st_size, &text);
    if (result == 0) {
        result = options_parse_text(options, text, path, error);
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

struct sources {
    struct options *options;
    struct stat applied[FILES_MAX];
    size_t count;
};

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
        result = apply_open_file(sources->options, fd, path, status, error);
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

int option_sources_apply(struct options *options, char **error)
{
    struct sources sources = {.options = options};
    const char *home = getenv("HOME");
    const char *environment = getenv("LEAKWATCH_OPTIONS");

    *error = NULL;
    home = home && *home ? home : NULL;
    int result = apply_config(&sources, home, error);
    if (result == 0 && home)
        result = apply_file_or_explain(&sources, xasprintf("%s/" RC_NAME, home), error);
    if (result == 0 && environment)
        result = options_parse_text(options, environment, "LEAKWATCH_OPTIONS", error);
    if (result == 0)
        result = apply_file_or_explain(&sources, xstrdup("./" RC_NAME), error);
    return result;
}
