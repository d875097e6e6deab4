/* SPDX-License-Identifier: MIT
 * Runs of --fail-alloc put together where the same failing call had the same outcome. */
#ifndef LEAKWATCH_REPORTING_FAIL_ALLOC_GROUPS_H
#define LEAKWATCH_REPORTING_FAIL_ALLOC_GROUPS_H

#include "model/fail_alloc.h"

/* Makes groups, outcomes and error_count from the runs, whose stacks come from one fail_alloc_names. */
void fail_alloc_groups_make(struct fail_alloc *fail_alloc);

#endif
