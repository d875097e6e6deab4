/* SPDX-License-Identifier: MIT */
#include "rt_checks.h"

const struct rt_check_row rt_check_table[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, function, meaning, formula, remedy},
#include "rt_checks.def"
#undef CHECK
};
const size_t rt_check_count = sizeof rt_check_table / sizeof *rt_check_table;

void rt_checks_run(const struct realtime_facts *facts, struct site_finding_list *list)
{
    *list = (struct site_finding_list){0};
    for (size_t i = 0; i < rt_check_count; i++)
        rt_check_table[i].check(facts, &rt_check_table[i], list);
}

struct site_finding *rt_check_report(struct site_finding_list *list, const struct rt_check_row *row, enum finding_severity severity,
                                     char *what, char *numbers)
{
    return site_finding_add(
        list, &(struct site_finding){.id = row->id, .remedy = row->remedy, .severity = severity, .what = what, .numbers = numbers});
}
