/* SPDX-License-Identifier: MIT
 *
 * The files that processes have mapped: which file that is, how it is opened, and descriptors of those that may be gone when names
 * are wanted of them.
 *
 * A path says little: by the time that it is opened a FIFO, a device, or another file may stand there. Only a regular file is
 * opened at all, without waiting and without effects, and it must be the one that the kernel says is mapped. */
#ifndef LEAKWATCH_BASE_MAPPED_FILES_H
#define LEAKWATCH_BASE_MAPPED_FILES_H

#include <stdbool.h>
#include <stdint.h>

struct mapped_files;

struct mapped_file {
    const char *path;
    uint64_t device, inode; /* as in /proc/PID/maps; inode 0: not known, any regular file will do */
};

/* A larger file is not opened (bytes). */
#define MAPPED_FILE_SIZE_MAX (UINT64_C(8) << 30)

/* Opens the regular file at `path`, which need not be file->path, if it is `file`. A path of which nothing is known but itself is
 * given with inode 0. Returns a descriptor for reading, which is closed at an execve, or
 * -ESTALE: it is another file, or no regular one where one is known to be mapped; -EINVAL: it is no regular file; -EFBIG;
 * or what open(2) says. */
int mapped_file_open(const char *path, const struct mapped_file *file);

/* Never NULL. */
struct mapped_files *mapped_files_create(void);
void mapped_files_destroy(struct mapped_files *files);

/* Whether it is worth while to open this file for mapped_files_add(): it is not held yet, and there is room. */
bool mapped_files_wants(const struct mapped_files *files, uint64_t device, uint64_t inode);
/* Takes over a descriptor of the file. As long as it is held no other file gets its inode. */
void mapped_files_add(struct mapped_files *files, uint64_t device, uint64_t inode, int descriptor);

/* A descriptor of the file, which the caller closes: of the one that is held, else of what stands at its path. Returns as
 * mapped_file_open() does. `files` NULL: none is held. */
int mapped_files_open(const struct mapped_files *files, const struct mapped_file *file);

#endif
