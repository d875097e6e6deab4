/* SPDX-License-Identifier: MIT */
#include "cold_report.h"

#include <stdlib.h>

void report_cold_finish(struct report_cold *cold)
{
    free(cold->problem);
    free(cold->rejected);
    free(cold->sites);
    *cold = (struct report_cold){0};
}

void report_duplicates_finish(struct report_duplicates *duplicates)
{
    finding_list_finish(&duplicates->findings);
    *duplicates = (struct report_duplicates){0};
}
