/* SPDX-License-Identifier: MIT */
#include "option_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "xalloc.h"

#define RC_NAME     ".leakwatchrc"
#define RC_SIZE_MAX 65536

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

static int apply_open_file(struct options *options, int fd, const char *path, struct stat *status, char **error)
{
    char *text = NULL;

    if (fstat(fd, status) != 0)
        return -errno;
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

/* `skip`: identity of a file that was read already. */
static int apply_file(struct options *options, const char *path, struct stat *status, const struct stat *skip, char **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
    int result = 0;
    if (skip == NULL || fstat(fd, status) != 0 || status->st_dev != skip->st_dev || status->st_ino != skip->st_ino)
        result = apply_open_file(options, fd, path, status, error);
    close(fd);
    return result;
}

static int apply_file_or_explain(struct options *options, const char *path, struct stat *status, const struct stat *skip,
                                 char **error)
{
    int result = apply_file(options, path, status, skip, error);

    if (result != 0 && *error == NULL)
        *error = xasprintf("%s: %s", path, strerror(-result));
    return result;
}

int option_sources_apply(struct options *options, char **error)
{
    struct stat home_status = {0}, here_status = {0};
    const char *home = getenv("HOME");
    const char *environment = getenv("LEAKWATCH_OPTIONS");
    int result = 0;

    *error = NULL;
    if (home && *home) {
        char *path = xasprintf("%s/" RC_NAME, home);
        result = apply_file_or_explain(options, path, &home_status, NULL, error);
        free(path);
    }
    if (result == 0 && environment)
        result = options_parse_text(options, environment, "LEAKWATCH_OPTIONS", error);
    if (result == 0)
        result = apply_file_or_explain(options, "./" RC_NAME, &here_status, &home_status, error);
    return result;
}
