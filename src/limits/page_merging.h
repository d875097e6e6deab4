/* SPDX-License-Identifier: MIT
 *
 * Merging of equal pages (Documentation/admin-guide/mm/ksm.rst): /sys/kernel/mm/ksm and /proc/PID/ksm_stat. */
#ifndef LEAKWATCH_LIMITS_PAGE_MERGING_H
#define LEAKWATCH_LIMITS_PAGE_MERGING_H

#include <sys/types.h>

#include "base/known.h"

struct kernel_files;

/* Of the machine; pages are counted in pages. */
struct merging_machine {
    struct known run; /* 0: not, 1: it runs, 2: not, and all is split again */
    struct known full_scans;
    struct known pages_shared;   /* that others were merged into */
    struct known pages_sharing;  /* that were saved */
    struct known pages_unshared; /* alone, but looked at again and again */
    struct known pages_volatile; /* change too often */
    struct known zero_pages;
    struct known profit; /* bytes; (int64_t) */
};

/* Of a process. Only its owner may read it. */
struct merging_process {
    struct known items; /* pages that are looked at, each with a record of 64 bytes */
    struct known zero_pages, merged_pages;
    struct known profit; /* bytes; (int64_t): what merging saves, less the records */
};

void merging_machine_read(struct kernel_files *files, struct merging_machine *merging);
void merging_process_read(struct kernel_files *files, pid_t pid, struct merging_process *merging);
void merging_process_parse(const char *text, struct merging_process *merging);

#endif
