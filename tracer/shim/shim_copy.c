/* SPDX-License-Identifier: MIT */
#include "shim_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"

static const char prefix[] = "memfd:";

static const char *name_of(const struct shim_file *shim)
{
    return strrchr(shim->path, '/') + 1;
}

/* Copies all of the file `from`. Returns 0 or -errno. */
static int copy_file(int from, int to)
{
    struct stat status;
    off_t done = 0;

    if (fstat(from, &status) != 0)
        return -errno;
    while (done < status.st_size) {
        const ssize_t count = sendfile(to, from, &done, (size_t)(status.st_size - done));
        if (count <= 0)
            return count < 0 ? -errno : -EIO;
    }
    return 0;
}

/* Fills the file that the process has open as `copy->file`. */
static int fill(const struct shim_file *shim, const struct borrowed_thread *borrowed, const struct shim_copy *copy)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)borrowed->tid, copy->file);
    const int from = open(shim->path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return -errno;
    const int to = open(path, O_WRONLY | O_CLOEXEC);
    int error = to < 0 ? -errno : copy_file(from, to);
    close(from);
    if (to >= 0)
        close(to);
    return error;
}

int shim_copy_make(const struct shim_file *shim, struct borrowed_thread *borrowed, struct shim_copy *copy)
{
    uint64_t arguments[6] = {0, MFD_CLOEXEC};
    int64_t result = -1;

    *copy = (struct shim_copy){.file = -1};
    int error = borrowed_thread_put_text(borrowed, name_of(shim), &arguments[0]);
    if (!error)
        error = borrowed_thread_syscall(borrowed, SYS_memfd_create, arguments, &result);
    if (!error && result < 0)
        error = (int)result;
    if (error)
        return error;
    copy->file = (int)result;
    snprintf(copy->path, sizeof copy->path, "/proc/thread-self/fd/%d", copy->file);
    error = fill(shim, borrowed, copy);
    if (error)
        shim_copy_close(copy, borrowed);
    return error;
}

void shim_copy_close(struct shim_copy *copy, struct borrowed_thread *borrowed)
{
    const uint64_t arguments[6] = {(uint64_t)copy->file};
    int64_t result;

    if (copy->file >= 0)
        borrowed_thread_syscall(borrowed, SYS_close, arguments, &result);
    copy->file = -1;
}

bool shim_copy_is_mapped(const struct shim_file *shim, const struct memory_map *map)
{
    const char *name = memory_map_file_name(map);

    return strncmp(name, prefix, sizeof prefix - 1) == 0 && strcmp(name + sizeof prefix - 1, name_of(shim)) == 0;
}

/* The first page has the headers, and the build id. */
bool shim_copy_is_same(const struct shim_file *shim, const struct memory_view *memory, const struct memory_map *map)
{
    enum { PAGE = 4096 };
    char there[PAGE], here[PAGE];
    const int file = open(shim->path, O_RDONLY | O_CLOEXEC);
    const ssize_t size = file < 0 ? -1 : pread(file, here, sizeof here, 0);

    if (file >= 0)
        close(file);
    return size == PAGE && memory_read(memory, map->start, there, PAGE) == PAGE && memcmp(here, there, PAGE) == 0;
}
