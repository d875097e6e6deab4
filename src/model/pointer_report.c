/* SPDX-License-Identifier: MIT */
#include "pointer_report.h"

#include <stdlib.h>

void pointer_reports_finish(struct report_pointers *reports, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < reports[i].path_count; k++)
            free(reports[i].paths[k].steps);
        free(reports[i].paths);
        free(reports[i].lost);
    }
    free(reports);
}
