/* SPDX-License-Identifier: MIT
 * A made-up /proc and /sys below a temporary folder. */
#ifndef LEAKWATCH_TESTS_LIMITS_TREE_H
#define LEAKWATCH_TESTS_LIMITS_TREE_H

#include "limits/kernel_files.h"

#define TREE_PID 100

/* Of the running test: set up and removed by these two, which are for `.init` and `.fini`. */
extern struct kernel_files files;
void tree_begin(void);
void tree_end(void);

/* Writes a file, making its folders; it replaces one that is there. */
void tree_write(const char *path, const char *text);
void tree_remove(const char *path);
void tree_link(const char *path, const char *target);

/* A machine of 8 GiB without swap, heuristic overcommit, no control groups, and process 100 of user 1000 on it: 100 MiB of address
 * space, 40 MiB of data, 132 KiB of stack, 20 MiB resident; no limits but 8 MiB of stack and of locked memory. */
void tree_write_machine(void);
void tree_write_process(void);

/* One line of /proc/100/limits, the others as they were. */
void tree_set_limit(const char *name, const char *soft);
/* A file of /proc/sys/vm. */
void tree_set_vm(const char *name, const char *value);

#endif
