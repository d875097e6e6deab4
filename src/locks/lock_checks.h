/* SPDX-License-Identifier: MIT
 *
 * Checks of locked memory: what failed, what was undone by mistake, what stays locked for nothing, what is not as safe as it seems.
 * The table is lock_checks.def. Pure. */
#ifndef LEAKWATCH_LOCKS_LOCK_CHECKS_H
#define LEAKWATCH_LOCKS_LOCK_CHECKS_H

#include "base/known.h"
#include "records/lock_record.h"
#include "records/site_finding.h"
#include "lock_pieces.h"
#include "lock_replay.h"

/* A block of the heap that was locked and freed, but never unlocked. */
struct lock_freed {
    uint64_t start, size; /* what was locked */
    uint64_t block;       /* address; locks may have been left of a block in several parts */
    uint32_t lock_site;
    uint32_t allocation_site, free_site; /* 0: not known */
};

/* A segment of shared memory that the process locked and nobody unlocked. */
struct lock_segment {
    int id;
    struct known bytes;
    uint32_t site;
};

/* The process was killed for want of memory while it locked some. */
struct lock_death {
    const char *call;         /* static */
    uint64_t size;            /* asked for; 0: not known */
    const char *group;        /* whose limit is the lowest; NULL: not known */
    struct known limit, used; /* of that group */
    uint32_t site;
};

/* What checks are made of. */
struct lock_look {
    const struct lock_replay *replay;
    const struct lock_pieces *pieces; /* NULL: the kernel could not be asked */
    const struct lock_freed *freed;
    size_t freed_count;
    const struct lock_segment *segments;
    size_t segment_count;
    const struct lock_death *death; /* NULL: it did not die so */
    bool absent_known;              /* of pieces */
    struct known lost_touched;      /* of replay->lost, bytes in pages that the process has to itself */
    struct known limit;             /* RLIMIT_MEMLOCK */
    bool privileged;                /* CAP_IPC_LOCK, now */
    struct known core_limit;        /* RLIMIT_CORE */
    bool core_piped;                /* kernel.core_pattern names a program, which the limit does not hold for */
};

struct lock_check_row;
/* Adds what it finds to `list`. */
typedef void lock_check_function(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list);

struct lock_check_row {
    const char *id;
    lock_check_function *check;
    const char *meaning, *formula, *remedy;
};

extern const struct lock_check_row lock_check_table[];
extern const size_t lock_check_count;

/* Makes all checks, in the order of the table. The caller releases the list. */
void lock_checks_run(const struct lock_look *look, struct site_finding_list *list);

/* ---- For checks ---- */

/* Adds a finding, which counts once and has no places yet; takes over both texts. The result is valid until the next is added. */
struct site_finding *lock_check_report(struct site_finding_list *list, const struct lock_check_row *row,
                                       enum finding_severity severity, char *what, char *numbers);

lock_check_function lock_check_failed, lock_check_unchecked, lock_check_not_nested, lock_check_shared_page, lock_check_after_fork,
    lock_check_leaked, lock_check_segment, lock_check_not_resident, lock_check_exceeds_group, lock_check_dumpable,
    lock_check_future_dropped;

#endif
