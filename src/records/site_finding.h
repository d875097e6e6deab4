/* SPDX-License-Identifier: MIT
 *
 * What checks find while stacks are numbers: as struct stack_finding, with sites in place of stacks. */
#ifndef LEAKWATCH_RECORDS_SITE_FINDING_H
#define LEAKWATCH_RECORDS_SITE_FINDING_H

#include "stack_finding.h"

/* Where something happened. */
struct finding_place {
    enum finding_role role;
    uint32_t site;
};

struct site_finding {
    const char *id, *remedy; /* static */
    enum finding_severity severity;
    char *what, *numbers;
    uint64_t count;
    struct finding_place places[FINDING_STACKS_MAX];
    size_t place_count;
};

struct site_finding_list {
    struct site_finding *items;
    size_t count, capacity;
};
void site_finding_list_finish(struct site_finding_list *list);

/* Adds a finding, which counts once and has no places yet; takes over both texts. The result is valid until the next is added. */
struct site_finding *site_finding_add(struct site_finding_list *list, const struct site_finding *finding);
/* A site that is not known, 0, is left out. */
void site_finding_place(struct site_finding *finding, enum finding_role role, uint32_t site);

#endif
