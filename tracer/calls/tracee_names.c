/* SPDX-License-Identifier: MIT */
#include "tracee_names.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tracer/kernel/socket_name.h"

enum { LINK_MAX_SIZE = 64 };

/* /proc/TID/fd/FD, or /proc/TID/cwd. */
static void link_of(const struct tracee_names *names, int fd, char link[LINK_MAX_SIZE])
{
    if (fd == AT_FDCWD)
        snprintf(link, LINK_MAX_SIZE, "/proc/%d/cwd", (int)names->tid);
    else
        snprintf(link, LINK_MAX_SIZE, "/proc/%d/fd/%d", (int)names->tid, fd);
}

static const char *fd_path(void *context, struct arena *arena, int fd)
{
    char link[LINK_MAX_SIZE], path[PATH_MAX];

    link_of(context, fd, link);
    const ssize_t size = readlink(link, path, sizeof path);
    return size > 0 ? arena_copy(arena, path, (size_t)size) : NULL;
}

/* The kernel says so behind the path; but there may be a file that is really called so. */
static size_t length_if_deleted(const char *link, const char *path)
{
    static const char mark[] = " (deleted)";
    const size_t length = strlen(path), mark_length = sizeof mark - 1;
    struct stat named, open;

    if (length <= mark_length || strcmp(path + length - mark_length, mark) != 0)
        return 0;
    if (lstat(path, &named) == 0 && stat(link, &open) == 0 && named.st_dev == open.st_dev && named.st_ino == open.st_ino)
        return 0;
    return length - mark_length;
}

static const char *device_text(struct arena *arena, const char *link)
{
    struct stat status;

    if (stat(link, &status) != 0 || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)))
        return NULL;
    return arena_printf(arena, "%s %u:%u", S_ISCHR(status.st_mode) ? "char" : "block", major(status.st_rdev),
                        minor(status.st_rdev));
}

static const char *socket_text(struct arena *arena, const char *link, const char *path)
{
    char protocol[64];
    unsigned long inode;

    if (sscanf(path, "socket:[%lu]", &inode) != 1)
        return NULL;
    const ssize_t size = getxattr(link, "system.sockprotoname", protocol, sizeof protocol - 1);
    if (size <= 0)
        return NULL;
    protocol[size] = '\0';
    return socket_name(arena, protocol, inode);
}

/* The text behind `field:` in the descriptor's fdinfo, or NULL. */
static const char *info_field(const struct tracee_names *names, struct arena *arena, int fd, const char *field)
{
    char path[LINK_MAX_SIZE], line[256];
    const size_t length = strlen(field);
    const char *text = NULL;

    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)names->tid, fd);
    FILE *file = fopen(path, "re");
    while (file && !text && fgets(line, sizeof line, file)) {
        if (strncmp(line, field, length) != 0 || line[length] != ':')
            continue;
        const char *value = line + length + 1 + strspn(line + length + 1, " \t");
        text = arena_copy(arena, value, strcspn(value, "\n"));
    }
    if (file)
        fclose(file);
    return text;
}

static const char *pidfd_text(const struct tracee_names *names, struct arena *arena, int fd)
{
    const char *pid = info_field(names, arena, fd, "Pid");

    return pid ? arena_printf(arena, "pid:%s", pid) : NULL;
}

static const char *eventfd_text(const struct tracee_names *names, struct arena *arena, int fd)
{
    const char *count = info_field(names, arena, fd, "eventfd-count"), *id = info_field(names, arena, fd, "eventfd-id"),
               *semaphore = info_field(names, arena, fd, "eventfd-semaphore");

    if (!count)
        return NULL;
    return arena_printf(arena, "eventfd-count=%#lx, eventfd-id=%s, eventfd-semaphore=%s", strtoul(count, NULL, 16), id ? id : "?",
                        semaphore ? semaphore : "?");
}

static const char *signalfd_text(const struct tracee_names *names, struct arena *arena, int fd)
{
    const char *mask = info_field(names, arena, fd, "sigmask");

    return mask ? arena_printf(arena, "signalfd:%#lx", strtoul(mask, NULL, 16)) : NULL;
}

/* What is known beyond the path, as far as it is wanted. */
static const char *details(const struct tracee_names *names, struct arena *arena, int fd, const char *link, const char *path)
{
    if (path[0] == '/')
        return names->descriptors & TRACE_FD_DEVICE ? device_text(arena, link) : NULL;
    if (names->descriptors & TRACE_FD_SOCKET && strncmp(path, "socket:", 7) == 0)
        return socket_text(arena, link, path);
    if (names->descriptors & TRACE_FD_PIDFD && strcmp(path, "anon_inode:[pidfd]") == 0)
        return pidfd_text(names, arena, fd);
    if (names->descriptors & TRACE_FD_EVENTFD && strcmp(path, "anon_inode:[eventfd]") == 0)
        return eventfd_text(names, arena, fd);
    if (names->descriptors & TRACE_FD_SIGNALFD && strcmp(path, "anon_inode:[signalfd]") == 0)
        return signalfd_text(names, arena, fd);
    return NULL;
}

static const struct descriptor_name *fd_name(void *context, struct arena *arena, int fd)
{
    const struct tracee_names *names = context;
    const char *path = fd_path(context, arena, fd);
    char link[LINK_MAX_SIZE];

    if (!path)
        return NULL;
    link_of(names, fd, link);
    struct descriptor_name *name = arena_alloc(arena, sizeof *name);
    const size_t length = length_if_deleted(link, path);
    name->deleted = length != 0;
    name->path = length ? arena_copy(arena, path, length) : path;
    name->about = details(names, arena, fd, link, path);
    if (name->about && path[0] != '/')
        name->path = NULL;
    if (!name->about && !(names->descriptors & TRACE_FD_PATH))
        return NULL;
    return name;
}

static const char *pid_text(void *context, struct arena *arena, int pid)
{
    char path[LINK_MAX_SIZE], comm[64];

    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    const ssize_t size = read(fd, comm, sizeof comm);
    close(fd);
    return size > 1 ? arena_copy(arena, comm, (size_t)size - 1) : NULL;
}

struct process_view tracee_names_view(struct tracee_names *names, bool process_names)
{
    return (struct process_view){.fd_name = names->descriptors ? fd_name : NULL,
                                 .fd_path = fd_path,
                                 .pid_text = process_names ? pid_text : NULL,
                                 .context = names};
}
