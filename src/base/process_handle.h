/* SPDX-License-Identifier: MIT
 *
 * A process that the user named by its number, from then on: the kernel gives the number to another once it has ended. */
#ifndef LEAKWATCH_BASE_PROCESS_HANDLE_H
#define LEAKWATCH_BASE_PROCESS_HANDLE_H

#include <stdbool.h>
#include <sys/types.h>

struct process_handle {
    pid_t pid;      /* 0: none */
    int descriptor; /* of the process (pidfd_open(2)); -1 where there is none to be had, for a thread that is not the first too */
};

/* The caller closes it with process_handle_close(). */
struct process_handle process_handle_open(pid_t pid);
/* It is none afterwards. */
void process_handle_close(struct process_handle *handle);

/* Whether all threads of the process have ended; false where that cannot be told. A process of its number that is there all the
 * same is another. */
bool process_handle_has_ended(const struct process_handle *handle);

#endif
