/* SPDX-License-Identifier: MIT
 *
 * The shim's file: how to recognise it in a process, and where in it the ledger is. */
#ifndef LEAKWATCH_TRACER_SHIM_SHIM_FILE_H
#define LEAKWATCH_TRACER_SHIM_SHIM_FILE_H

#include <stdint.h>

struct shim_file {
    const char *path; /* absolute; NULL: run without it; lent */
    uint64_t device, inode;
    uint64_t ledger; /* value of the ledger's symbol */
    uint64_t late;   /* and of lw_late */
};

/* Examines the file `path` (NULL: none). Returns 0 or -errno. */
int shim_file_init(struct shim_file *shim, const char *path);

#endif
