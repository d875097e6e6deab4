/* SPDX-License-Identifier: MIT
 *
 * Paths of source files as a repository has them. Pure: by their letters, without a look at the file system. */
#ifndef LEAKWATCH_MODEL_SOURCE_PATH_H
#define LEAKWATCH_MODEL_SOURCE_PATH_H

/* `path` without "." and "..", as an absolute path, from `directory`, which is absolute, if it is relative. Owned by the caller. */
char *source_path_absolute(const char *path, const char *directory);

/* The path of `path`, which is absolute, or else counts from there, relative to the directory `root`, which is absolute; "." and
 * ".." are resolved. Returns NULL if it is not below `root`, or `root` is NULL. Owned by the caller. */
char *source_path_relative(const char *root, const char *path);

#endif
