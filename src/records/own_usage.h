/* SPDX-License-Identifier: MIT
 * What leakwatch itself took to make a report: memory and time. */
#ifndef LEAKWATCH_RECORDS_OWN_USAGE_H
#define LEAKWATCH_RECORDS_OWN_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/known.h"

enum usage_phase {
    USAGE_READING,  /* ledgers, mappings, the kernel's files, while a process stands still */
    USAGE_SCANNING, /* memory of processes, for pointers */
    USAGE_NAMING,   /* from blocks to records with names */
    USAGE_WRITING,  /* reports */
    USAGE_PHASES
};

struct own_usage {
    bool measured;                   /* it was asked for */
    struct known peak;               /* most memory that was resident at once, in bytes; leakwatch alone, without the program */
    uint64_t user_ns, system_ns;     /* CPU time, all threads */
    struct known symbols_peak;       /* likewise of the process of leakwatch that reads symbols; not known: there is none */
    uint64_t symbols_ns;             /* CPU time of that */
    uint64_t phase_ns[USAGE_PHASES]; /* elapsed time */
};

#endif
