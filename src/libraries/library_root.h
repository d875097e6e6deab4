/* SPDX-License-Identifier: MIT
 *
 * A tree of files, in which paths are looked up: that of the running system, or one that stands below a folder (a sysroot, an
 * unpacked image). In such a tree `/`, `..` and symbolic links never lead out of it. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_ROOT_H
#define LEAKWATCH_LIBRARIES_LIBRARY_ROOT_H

#include <stddef.h>
#include <sys/stat.h>

struct arena;

struct library_root {
    int folder; /* -1: the running system's */
};

/* `path` NULL: the running system's. Returns 0 or -errno; then there is nothing to finish. */
int library_root_init(struct library_root *root, const char *path);
void library_root_finish(struct library_root *root);

/* Opens an existing file; `flags` as of open(2), O_CLOEXEC is added. A relative path counts from the working directory, in a tree
 * of its own from the top. Returns a descriptor or -errno. */
int library_root_open(const struct library_root *root, const char *path, int flags);

/* Like stat(2), and lstat(2). Return 0 or -errno. */
int library_root_stat(const struct library_root *root, const char *path, struct stat *status);
int library_root_lstat(const struct library_root *root, const char *path, struct stat *status);

/* The path of an existing file without symbolic links, as it is called in the tree; in `arena`. NULL: it cannot be had. */
const char *library_root_real_path(const struct library_root *root, const char *path, struct arena *arena);

/* Where a symbolic link leads, as it says; in `arena`. NULL: it is none. */
const char *library_root_link(const struct library_root *root, const char *path, struct arena *arena);

/* The whole of a regular file of at most `limit` bytes, with a NUL behind; to be freed. NULL: it cannot be read. */
char *library_root_read(const struct library_root *root, const char *path, size_t limit, size_t *size);

#endif
