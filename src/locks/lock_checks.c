/* SPDX-License-Identifier: MIT */
#include "lock_checks.h"

#include <stdlib.h>

#include "xalloc.h"

const struct lock_check_row lock_check_table[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, function, meaning, formula, remedy},
#include "lock_checks.def"
#undef CHECK
};
const size_t lock_check_count = sizeof lock_check_table / sizeof *lock_check_table;

void lock_checks_run(const struct lock_look *look, struct lock_found_list *list)
{
    *list = (struct lock_found_list){0};
    for (size_t i = 0; i < lock_check_count; i++)
        lock_check_table[i].check(look, &lock_check_table[i], list);
}

void lock_found_list_finish(struct lock_found_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].what);
        free(list->items[i].numbers);
    }
    free(list->items);
    *list = (struct lock_found_list){0};
}

struct lock_found *lock_check_report(struct lock_found_list *list, const struct lock_check_row *row, enum finding_severity severity,
                                     char *what, char *numbers)
{
    list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count] = (struct lock_found){
        .id = row->id, .remedy = row->remedy, .severity = severity, .what = what, .numbers = numbers, .count = 1};
    return &list->items[list->count++];
}

void lock_found_place(struct lock_found *found, enum lock_role role, uint32_t site)
{
    if (site != 0 && found->place_count < LOCK_STACKS_MAX)
        found->places[found->place_count++] = (struct lock_place){role, site};
}
