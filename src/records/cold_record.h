/* SPDX-License-Identifier: MIT
 *
 * Which memory of a process nobody has touched for a time, as the tracer saw it. */
#ifndef LEAKWATCH_RECORDS_COLD_RECORD_H
#define LEAKWATCH_RECORDS_COLD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "heap/cold_blocks.h"

/* What of the kernel tells which pages were touched, the best first. */
enum cold_detector {
    COLD_IDLE_PAGES,    /* /sys/kernel/mm/page_idle (Documentation/admin-guide/mm/idle_page_tracking.rst of Linux) */
    COLD_WRITE_PROTECT, /* PAGEMAP_SCAN of pages that are write-protected by userfaultfd(2) */
    COLD_SOFT_DIRTY,    /* bit 55 of /proc/PID/pagemap (Documentation/admin-guide/mm/soft-dirty.rst) */
    COLD_REFERENCED,    /* Referenced of /proc/PID/smaps */
    COLD_DETECTORS
};

/* What a detector tells; all static. */
struct cold_sense {
    const char *name;        /* as --cold-by has it */
    bool reads;              /* it sees reads, not only writes */
    bool pages;              /* it tells of each page, not only of whole mappings */
    const char *description; /* for people: "not written", and how that is known */
    const char *blind;       /* what it cannot see, for people */
};
const struct cold_sense *cold_sense(enum cold_detector detector);

struct cold_record {
    bool asked;
    bool known; /* else `problem` says why not */
    enum cold_detector detector;
    uint64_t time_ns; /* for so long, at least, the untouched pages were not touched */
    bool by_program;  /* since the last line that the program drew */
    char *problem;    /* a clause; owned */
    char *rejected;   /* why no better detector was taken, clauses; owned; or NULL */
    struct cold_pages pages;
};
void cold_record_finish(struct cold_record *record);

#endif
