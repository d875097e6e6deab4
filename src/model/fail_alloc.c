/* SPDX-License-Identifier: MIT */
#include "fail_alloc.h"

#include <stdlib.h>

#include "report_names.h"

void fail_alloc_destroy(struct fail_alloc *fail_alloc)
{
    if (fail_alloc == NULL)
        return;
    for (size_t i = 0; i < fail_alloc->run_count; i++) {
        for (size_t k = 0; k < fail_alloc->runs[i].leak_count; k++)
            report_leak_finish(&fail_alloc->runs[i].leaks[k]);
        free(fail_alloc->runs[i].leaks);
        free(fail_alloc->runs[i].errors);
    }
    for (size_t i = 0; i < fail_alloc->group_count; i++)
        free(fail_alloc->groups[i].runs);
    free(fail_alloc->runs);
    free(fail_alloc->groups);
    report_names_destroy(fail_alloc->names);
    free(fail_alloc);
}
