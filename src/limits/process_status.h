/* SPDX-License-Identifier: MIT
 * /proc/PID/status (proc_pid_status(5)): sizes in bytes. */
#ifndef LEAKWATCH_LIMITS_PROCESS_STATUS_H
#define LEAKWATCH_LIMITS_PROCESS_STATUS_H

#include <sys/types.h>

#include "base/known.h"

struct kernel_files;

struct process_status {
    struct known size, peak_size;     /* VmSize, VmPeak */
    struct known data, stack;         /* VmData, VmStk */
    struct known locked, pinned;      /* VmLck, VmPin */
    struct known resident, peak;      /* VmRSS, VmHWM */
    struct known anonymous;           /* RssAnon */
    struct known swapped, page_table; /* VmSwap, VmPTE */
    struct known huge_pages;          /* HugetlbPages */
    struct known threads;
    struct known user;         /* the real one, whom RLIMIT_NPROC counts */
    struct known capabilities; /* CapEff */
    char name[64];             /* as the kernel escapes it; "" if not known */
};

/* What cannot be read is not known. */
void process_status_read(struct kernel_files *files, pid_t pid, struct process_status *status);
/* The text of such a file. */
void process_status_parse(const char *text, struct process_status *status);

#endif
