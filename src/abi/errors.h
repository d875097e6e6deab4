/* SPDX-License-Identifier: MIT
 * Error numbers of system calls, from errors.def: 1 to 133, and the kernel's own from 512 on. */
#ifndef LEAKWATCH_ABI_ERRORS_H
#define LEAKWATCH_ABI_ERRORS_H

#include <stdbool.h>

/* The largest number that the kernel returns as an error (MAX_ERRNO of include/linux/err.h). */
#define ERROR_NUMBER_MAX 4095

/* "ENOENT" for 2; NULL if the number has no name. */
const char *error_name(int number);

/* "No such file or directory" for 2, in English whatever the locale; NULL if the number has no name. */
const char *error_text(int number);

/* The number of a name, in capitals or not; -1 if there is no such name. Second names (EWOULDBLOCK, EDEADLOCK, ENOTSUP) are known.
 */
int error_find(const char *name);

/* Whether the kernel means to restart the call: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK. */
bool error_is_restart(int number);

#endif
