/* SPDX-License-Identifier: MIT */
#include "kernel_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "field_table.h"

enum { FIRST_SIZE = 4096, SIZE_MAX_READ = 256 << 20 };

void kernel_files_init(struct kernel_files *files, int root)
{
    *files = (struct kernel_files){.root = root};
}

void unread_files_finish(struct unread_file *unread, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(unread[i].path);
    free(unread);
}

void kernel_files_forget(struct kernel_files *files)
{
    for (size_t i = 0; i < files->unread_count; i++)
        free(files->unread[i].path);
    files->unread_count = 0;
}

void kernel_files_finish(struct kernel_files *files)
{
    unread_files_finish(files->unread, files->unread_count);
    *files = (struct kernel_files){.root = -1};
}

bool kernel_files_open(struct kernel_files *files)
{
    kernel_files_init(files, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return files->root >= 0;
}

void kernel_files_close(struct kernel_files *files)
{
    const int root = files->root;

    kernel_files_finish(files);
    if (root >= 0)
        close(root);
}

static void note_unread(struct kernel_files *files, const char *path, int error)
{
    files->unread = xgrow(files->unread, &files->unread_capacity, files->unread_count + 1, sizeof *files->unread);
    files->unread[files->unread_count++] = (struct unread_file){xstrdup(path), error};
}

/* Files of /proc have no size, and are made anew for each read from their start: all of it is read through one descriptor. Returns
 * 0 or an errno. */
static int read_all(int fd, char **text, size_t *size)
{
    size_t capacity = 0, used = 0;
    char *buffer = xgrow(NULL, &capacity, FIRST_SIZE, 1);
    ssize_t count;

    while ((count = read(fd, buffer + used, capacity - used - 1)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 || used + (size_t)count > SIZE_MAX_READ) {
            int error = count < 0 ? errno : EFBIG;
            free(buffer);
            return error;
        }
        used += (size_t)count;
        if (capacity - used < FIRST_SIZE / 2)
            buffer = xgrow(buffer, &capacity, capacity * 2, 1);
    }
    buffer[used] = '\0';
    *text = buffer;
    *size = used;
    return 0;
}

static char *read_path(struct kernel_files *files, size_t *size, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    int fd = openat(files->root, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int error = fd < 0 ? errno : read_all(fd, &text, &length);

    if (fd >= 0)
        close(fd);
    if (error)
        note_unread(files, path, error);
    if (size)
        *size = length;
    return text;
}

/* The path that a format makes; one that is too long is cut, and will not be found. */
#define FORMAT_PATH(path, format)                                                                                                  \
    do {                                                                                                                           \
        va_list arguments;                                                                                                         \
        va_start(arguments, format);                                                                                               \
        vsnprintf(path, sizeof path, format, arguments);                                                                           \
        va_end(arguments);                                                                                                         \
    } while (0)

char *kernel_files_read(struct kernel_files *files, size_t *size, const char *format, ...)
{
    char path[PATH_MAX];

    FORMAT_PATH(path, format);
    return read_path(files, size, path);
}

struct known kernel_files_number(struct kernel_files *files, const char *format, ...)
{
    char path[PATH_MAX];

    FORMAT_PATH(path, format);
    char *text = read_path(files, NULL, path);
    struct known number = text ? field_number(text) : (struct known){0};
    free(text);
    return number;
}

char *kernel_files_link(struct kernel_files *files, const char *format, ...)
{
    char path[PATH_MAX], target[PATH_MAX];

    FORMAT_PATH(path, format);
    ssize_t size = readlinkat(files->root, path, target, sizeof target);
    if (size < 0) {
        note_unread(files, path, errno);
        return NULL;
    }
    return xstrndup(target, (size_t)size);
}

bool kernel_files_walk_ids(const struct kernel_files *files, const char *folder,
                           void (*visit)(struct kernel_files *files, pid_t id, void *context), void *context)
{
    struct kernel_files quiet;
    const int fd = openat(files->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);

    if (entries == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    kernel_files_init(&quiet, files->root);
    for (struct dirent *entry; (entry = readdir(entries));) {
        const struct known id = field_number(entry->d_name);
        if (id.known && id.value > 0 && id.value <= INT_MAX)
            visit(&quiet, (pid_t)id.value, context);
    }
    kernel_files_finish(&quiet);
    closedir(entries);
    return true;
}

bool kernel_files_exist(const struct kernel_files *files, const char *path)
{
    return faccessat(files->root, path, F_OK, 0) == 0;
}
