/* SPDX-License-Identifier: MIT
 *
 * What is remarkable about pages with equal contents, by the table duplicate_checks.def. */
#ifndef LEAKWATCH_REPORTING_DUPLICATE_CHECKS_H
#define LEAKWATCH_REPORTING_DUPLICATE_CHECKS_H

#include "heap/page_duplicates.h"
#include "records/limits_model.h"

/* Fills an empty list; the caller releases it with finding_list_finish(). */
void duplicate_checks_run(const struct page_duplicates *duplicates, struct finding_list *list);

#endif
