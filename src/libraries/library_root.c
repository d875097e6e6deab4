/* SPDX-License-Identifier: MIT */
#include "library_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "elf/elf_file.h"

int library_root_init(struct library_root *root, const char *path)
{
    root->folder = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    return path && root->folder < 0 ? -errno : 0;
}

void library_root_finish(struct library_root *root)
{
    if (root->folder >= 0)
        close(root->folder);
    root->folder = -1;
}

int library_root_open(const struct library_root *root, const char *path, int flags)
{
    struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    int file;

    if (root->folder < 0)
        file = open(path, flags | O_CLOEXEC);
    else
        file = (int)syscall(SYS_openat2, root->folder, path, &how, sizeof how);
    return file < 0 ? -errno : file;
}

static int status_of(const struct library_root *root, const char *path, int flags, struct stat *status)
{
    int file = library_root_open(root, path, O_PATH | flags);

    if (file < 0)
        return file;
    int error = fstat(file, status) == 0 ? 0 : -errno;
    close(file);
    return error;
}

int library_root_stat(const struct library_root *root, const char *path, struct stat *status)
{
    if (root->folder < 0)
        return stat(path, status) == 0 ? 0 : -errno;
    return status_of(root, path, 0, status);
}

int library_root_lstat(const struct library_root *root, const char *path, struct stat *status)
{
    if (root->folder < 0)
        return lstat(path, status) == 0 ? 0 : -errno;
    return status_of(root, path, O_NOFOLLOW, status);
}

/* What the kernel calls the open file; in `name`, of PATH_MAX bytes. Returns its length, or 0. */
static size_t name_of_open_file(int file, char *name)
{
    char link[64];

    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, PATH_MAX - 1);
    if (length <= 0 || name[0] != '/')
        return 0;
    name[length] = '\0';
    return (size_t)length;
}

const char *library_root_real_path(const struct library_root *root, const char *path, struct arena *arena)
{
    char name[PATH_MAX], top[PATH_MAX];
    size_t skipped = 0;

    int file = library_root_open(root, path, O_PATH);
    if (file < 0)
        return NULL;
    size_t length = name_of_open_file(file, name);
    close(file);
    if (root->folder >= 0) {
        skipped = name_of_open_file(root->folder, top);
        if (skipped == 1)
            skipped = 0; /* the top is "/" */
        if (skipped > length || strncmp(name, top, skipped) != 0)
            return NULL;
    }
    if (length == 0)
        return NULL;
    return length == skipped ? "/" : arena_copy(arena, name + skipped, length - skipped);
}

const char *library_root_link(const struct library_root *root, const char *path, struct arena *arena)
{
    char target[PATH_MAX];

    int file = library_root_open(root, path, O_PATH | O_NOFOLLOW);
    if (file < 0)
        return NULL;
    ssize_t length = readlinkat(file, "", target, sizeof target);
    close(file);
    return length > 0 ? arena_copy(arena, target, (size_t)length) : NULL;
}

char *library_root_read(const struct library_root *root, const char *path, size_t limit, size_t *size)
{
    struct stat status;
    char *contents = NULL;

    /* What is opened must be no FIFO that waits for a writer, and no device that acts. */
    if (library_root_stat(root, path, &status) != 0 || !S_ISREG(status.st_mode) || (uint64_t)status.st_size > limit)
        return NULL;
    int file = library_root_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return NULL;
    *size = (size_t)status.st_size;
    contents = xmalloc(*size + 1);
    if (elf_file_read(file, 0, contents, *size) != 0) {
        free(contents);
        contents = NULL;
    } else {
        contents[*size] = '\0';
    }
    close(file);
    return contents;
}
