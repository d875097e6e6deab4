/* SPDX-License-Identifier: MIT */
#include "exec_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mapped_files.h"
#include "tracer/kernel/file_rights.h"
#include "tracer/kernel/proc_status.h"

/* As many as the kernel follows (BINPRM_MAX_RECURSION in fs/exec.c). */
enum { INTERPRETERS_MAX = 5 };

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether the thread sees the same tree of files as we do: the same root directory, and the same mounts in it. */
static bool shares_root(pid_t tid, int root)
{
    char link[64];
    struct stat theirs, ours;

    snprintf(link, sizeof link, "/proc/%d/ns/mnt", (int)tid);
    if (stat(link, &theirs) != 0 || stat("/proc/self/ns/mnt", &ours) != 0 || !same_file(&theirs, &ours))
        return false;
    return fstat(root, &theirs) == 0 && stat("/", &ours) == 0 && same_file(&theirs, &ours);
}

static int open_absolute(pid_t tid, const char *path, uint64_t flags)
{
    char link[64];
    struct open_how how = {.flags = flags, .resolve = RESOLVE_IN_ROOT};

    snprintf(link, sizeof link, "/proc/%d/root", (int)tid);
    int root = open(link, O_PATH | O_CLOEXEC);
    if (root < 0)
        return -errno;
    int file = shares_root(tid, root) ? open(path, (int)flags) : (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    int error = -errno;
    close(root);
    return file < 0 ? error : file;
}

static int open_relative(pid_t tid, int directory, const char *path, uint64_t flags)
{
    char link[64];

    if (directory == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/%d/cwd", (int)tid);
    else
        snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)tid, directory);
    if (*path == '\0') {
        int file = open(link, (int)flags);
        return file < 0 ? -errno : file;
    }
    int base = open(link, O_PATH | O_CLOEXEC);
    if (base < 0)
        return -errno;
    int file = openat(base, path, (int)flags);
    int error = -errno;
    close(base);
    return file < 0 ? error : file;
}

/* What the thread calls "self" would be ourselves. Returns false if `path` is no such name. */
static bool name_of_other(pid_t tid, const char *path, char *buffer, size_t size)
{
    static const struct {
        const char *prefix, *directory;
    } selves[] = {{"/proc/self/", ""}, {"/proc/thread-self/", ""}, {"/dev/fd/", "fd/"}};

    for (size_t i = 0; i < sizeof selves / sizeof *selves; i++) {
        const size_t length = strlen(selves[i].prefix);
        if (strncmp(path, selves[i].prefix, length) == 0)
            return (size_t)snprintf(buffer, size, "/proc/%d/%s%s", (int)tid, selves[i].directory, path + length) < size;
    }
    return false;
}

static int open_named(pid_t tid, const struct exec_name *name)
{
    const uint64_t flags = O_PATH | O_CLOEXEC;
    char other[PATH_MAX];

    if (name_of_other(tid, name->path, other, sizeof other)) {
        int file = open(other, (int)flags);
        return file < 0 ? -errno : file;
    }
    if (*name->path == '/')
        return open_absolute(tid, name->path, flags);
    if (*name->path == '\0' && !(name->flags & AT_EMPTY_PATH))
        return -ENOENT;
    return open_relative(tid, name->directory, name->path, flags);
}

/* For root a set-user-ID bit or capabilities change nothing that the dynamic linker would mind. */
static bool changes_privileges(pid_t tid, int file, const struct stat *status)
{
    const struct proc_ids ids = proc_status_ids(tid);
    char link[64];

    if ((status->st_mode & S_ISUID) && status->st_uid != ids.effective_uid)
        return true;
    if ((status->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && status->st_gid != ids.effective_gid)
        return true;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return ids.effective_uid != 0 && getxattr(link, "security.capability", NULL, 0) > 0;
}

/* Takes the descriptor over. */
static int examine_opened(pid_t tid, int file, struct exec_file *result)
{
    struct stat status;
    char link[64];

    int error = fstat(file, &status) != 0 ? -errno : S_ISREG(status.st_mode) ? 0 : -EACCES;
    if (!error) {
        /* The privileges of a script are ignored, those of its interpreter count. */
        result->privileged = changes_privileges(tid, file, &status);
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        const int readable = mapped_file_open(link, &(struct mapped_file){.path = link});
        result->readable = readable >= 0 && elf_image_examine(readable, &result->image) == 0;
        if (readable >= 0)
            close(readable);
    }
    close(file);
    return error;
}

int exec_file_examine(pid_t tid, const struct exec_name *name, struct exec_file *file)
{
    char path[sizeof file->image.script];
    struct exec_name next = *name;

    *file = (struct exec_file){0};
    for (int depth = 0; depth <= INTERPRETERS_MAX; depth++) {
        int descriptor = open_named(tid, &next);
        if (descriptor < 0)
            return descriptor;
        int error = examine_opened(tid, descriptor, file);
        if (error || !file->readable || file->image.kind != ELF_NOT || file->image.script[0] == '\0')
            return error;
        memcpy(path, file->image.script, sizeof path);
        next = (struct exec_name){.directory = AT_FDCWD, .path = path};
    }
    return -ELOOP;
}

int exec_file_open_as(pid_t tid, const char *path)
{
    const struct file_rights ours = file_rights_take(tid);
    const int file = open_absolute(tid, path, O_RDONLY | O_CLOEXEC);

    file_rights_return(&ours);
    return file;
}
