/* SPDX-License-Identifier: MIT
 *
 * Paths of source files as a repository has them. Pure: by their letters, without a look at the file system. */
#ifndef LEAKWATCH_SOURCE_PATH_H
#define LEAKWATCH_SOURCE_PATH_H

/* The path of `file`, from debug information, relative to the directory `root`, which is absolute; "." and ".." are resolved. A
 * relative file counts from `root`: builds that hide where they took place have such names. Returns NULL if it is not below `root`, or
 * `root` is NULL.
 * Owned by the caller. */
char *source_path_relative(const char *root, const char *file);

/* `directory` as an absolute path without "." and "..", relative to `working_directory` if it is relative. Owned by the caller. */
char *source_path_root(const char *directory, const char *working_directory);

#endif
