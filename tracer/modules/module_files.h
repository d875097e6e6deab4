/* SPDX-License-Identifier: MIT
 *
 * Opens what a process has mapped while the process is there: later its path may be gone, or lead to another file. */
#ifndef LEAKWATCH_TRACER_MODULES_MODULE_FILES_H
#define LEAKWATCH_TRACER_MODULES_MODULE_FILES_H

#include <sys/types.h>

#include "records/process_record.h"

struct mapped_files;
struct memory_map;
struct memory_maps;

/* Opens the file of a mapping; `tid` is a living thread of the process. Returns a descriptor, which the caller closes, or -errno as
 * mapped_file_open() does. The kernel's own links to what is mapped need CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE
 * (proc_pid_map_files(5)); without these the paths must do, with the rights of its user, and for a program that was removed
 * /proc/PID/exe. */
int module_file_open(pid_t tid, const struct memory_map *map);

/* The same of the program that a process runs. */
int module_file_open_program(pid_t pid);

/* Holds the executable files of `maps` in `files` (NULL: nobody wants them), as far as they can be had; `tid` is a living thread.
 */
void module_files_hold(struct mapped_files *files, pid_t tid, const struct memory_maps *maps);

/* The same of a file that is just being mapped; `link` leads to it: "/proc/PID/fd/3". */
void module_files_hold_one(struct mapped_files *files, const char *link, const struct module *module);

#endif
