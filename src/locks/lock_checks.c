/* SPDX-License-Identifier: MIT */
#include "lock_checks.h"

const struct lock_check_row lock_check_table[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, function, meaning, formula, remedy},
#include "lock_checks.def"
#undef CHECK
};
const size_t lock_check_count = sizeof lock_check_table / sizeof *lock_check_table;

void lock_checks_run(const struct lock_look *look, struct site_finding_list *list)
{
    *list = (struct site_finding_list){0};
    for (size_t i = 0; i < lock_check_count; i++)
        lock_check_table[i].check(look, &lock_check_table[i], list);
}

struct site_finding *lock_check_report(struct site_finding_list *list, const struct lock_check_row *row,
                                       enum finding_severity severity, char *what, char *numbers)
{
    return site_finding_add(
        list, &(struct site_finding){.id = row->id, .remedy = row->remedy, .severity = severity, .what = what, .numbers = numbers});
}
