/* SPDX-License-Identifier: MIT
 *
 * The rights on files of another user: where we are root, a network or user file system may let that user in and not us. */
#ifndef LEAKWATCH_TRACER_KERNEL_FILE_RIGHTS_H
#define LEAKWATCH_TRACER_KERNEL_FILE_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

/* Ours, while we have those of another. */
struct file_rights {
    bool changed;
    uid_t user;
    gid_t group;
};

/* Takes the rights of the user of thread `tid`, as far as we may (setfsuid(2)). Returns ours, for file_rights_return(). */
struct file_rights file_rights_take(pid_t tid);
void file_rights_return(const struct file_rights *ours);

#endif
