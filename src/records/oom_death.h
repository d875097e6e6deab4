/* SPDX-License-Identifier: MIT
 *
 * What was so when the kernel's OOM killer ended a process. Pure. */
#ifndef LEAKWATCH_RECORDS_OOM_DEATH_H
#define LEAKWATCH_RECORDS_OOM_DEATH_H

#include "base/known.h"
#include "threshold.h"

struct oom_death {
    bool known;                 /* the process could be asked about */
    struct limit_warning limit; /* that the killer came for, with the call sites that had most live; name NULL: it is not known */
    struct known peak;          /* the most that was ever in use of that limit */
    struct known resident, swapped; /* of the process, as it was killed: VmRSS, VmSwap */
    struct known resident_peak;     /* VmHWM */
    bool leakwatch_inside;          /* the limit holds for leakwatch, too */
};

/* Releases all that is owned, and makes it empty. */
void oom_death_finish(struct oom_death *death);

#endif
