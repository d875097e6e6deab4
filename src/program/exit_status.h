/* SPDX-License-Identifier: MIT
 * Exit statuses of leakwatch itself, as env(1) and timeout(1) have them. */
#ifndef LEAKWATCH_PROGRAM_EXIT_STATUS_H
#define LEAKWATCH_PROGRAM_EXIT_STATUS_H

#include <sys/wait.h>

#define EXIT_STATUS_FAILED       125 /* leakwatch failed, bad usage included */
#define EXIT_STATUS_NOT_EXECUTED 126
#define EXIT_STATUS_NOT_FOUND    127

/* The wait status of a process that exited with `code`. */
static inline int wait_status_of_exit(int code)
{
    return W_EXITCODE(code, 0);
}

#endif
