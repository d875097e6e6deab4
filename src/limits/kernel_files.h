/* SPDX-License-Identifier: MIT
 *
 * Files of /proc and /sys, below a root directory: "/", or a saved tree. */
#ifndef LEAKWATCH_LIMITS_KERNEL_FILES_H
#define LEAKWATCH_LIMITS_KERNEL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/known.h"

/* A file that was wanted and not read. */
struct unread_file {
    char *path; /* without the leading slash */
    int error;  /* errno */
};

struct kernel_files {
    int root; /* descriptor of the root directory; lent */
    struct unread_file *unread;
    size_t unread_count, unread_capacity;
};

/* `root` stays the caller's. */
void kernel_files_init(struct kernel_files *files, int root);
void kernel_files_finish(struct kernel_files *files);
/* Those of the running system: the root is "/". False if there is no descriptor to be had: nothing can be read.
 * kernel_files_close() releases it, too.
 */
bool kernel_files_open(struct kernel_files *files);
void kernel_files_close(struct kernel_files *files);
/* Forgets what could not be read. */
void kernel_files_forget(struct kernel_files *files);

/* Releases what was taken from files->unread. */
void unread_files_finish(struct unread_file *unread, size_t count);

/* The contents of a file, NUL-terminated, owned by the caller, and their size where `size` is not NULL. The format makes the path
 * below the root. NULL if it cannot be read, which is then among files->unread, or would be larger than 256 MiB (EFBIG). */
char *kernel_files_read(struct kernel_files *files, size_t *size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The one number that a file consists of, or "max", which is KNOWN_UNLIMITED; not known if it is neither. */
struct known kernel_files_number(struct kernel_files *files, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The target of a symbolic link, owned by the caller; NULL if it cannot be read. */
char *kernel_files_link(struct kernel_files *files, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Calls `visit` for each entry of `folder` that is called by the number of a process or of a thread ("proc", "proc/1/task"), in the
 * order in which the kernel has them. `files` of the call is one for the time of the walk: what cannot be read is forgotten, for
 * processes and threads that end meanwhile are no news. Returns whether there is such a folder. */
bool kernel_files_walk_ids(const struct kernel_files *files, const char *folder,
                           void (*visit)(struct kernel_files *files, pid_t id, void *context), void *context);

/* Whether there is such a file. */
bool kernel_files_exist(const struct kernel_files *files, const char *path);

#endif
