/* SPDX-License-Identifier: MIT
 *
 * The file that a tracee is about to execute, seen before it runs: may the shim be loaded into it? */
#ifndef LEAKWATCH_TRACER_CALLS_EXEC_FILE_H
#define LEAKWATCH_TRACER_CALLS_EXEC_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "elf/elf_image.h"

struct exec_file {
    bool readable;          /* false: it can be executed but not examined; `image` says nothing */
    bool privileged;        /* set-user-ID, set-group-ID or file capabilities would change what the process may do */
    struct elf_image image; /* of the last interpreter of a script */
};

/* How the tracee names the file; see execveat(2). */
struct exec_name {
    int directory; /* descriptor in the tracee, or AT_FDCWD */
    const char *path;
    int flags;
};

/* Finds and examines the file as thread `tid` would see it: from its root, its working directory, its /proc/self; `#!` lines are
 * followed. Returns 0, or -errno if there is no such file, so that the exec will fail. */
int exec_file_examine(pid_t tid, const struct exec_name *name, struct exec_file *file);

/* Opens `path` (absolute) in the root directory of thread `tid`, with the rights of its user where that is possible. Returns the
 * descriptor or -errno. */
int exec_file_open_as(pid_t tid, const char *path);

#endif
