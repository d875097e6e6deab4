/* SPDX-License-Identifier: MIT
 *
 * Something that is not as it should be with a process, and where in its code that came about. */
#ifndef LEAKWATCH_RECORDS_STACK_FINDING_H
#define LEAKWATCH_RECORDS_STACK_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"
#include "limits_model.h" /* enum finding_severity */

/* What one of the stacks of a finding is. */
enum finding_role {
    ROLE_CALL,
    ROLE_LOCK,
    ROLE_OTHER_LOCK,
    ROLE_UNLOCK,
    ROLE_ALLOCATION,
    ROLE_FREE,
    ROLE_FORK,
    ROLE_INSTRUCTION,
    FINDING_ROLES
};
enum { FINDING_STACKS_MAX = 3 };

struct stack_finding {
    const char *id; /* of the check; static */
    enum finding_severity severity;
    char *what, *numbers; /* one line each */
    const char *remedy;   /* static */
    uint64_t count;       /* how often, from the same places */
    enum finding_role roles[FINDING_STACKS_MAX];
    struct call_stack stacks[FINDING_STACKS_MAX];
    size_t stack_count;
};

/* Name in JSON, static: "lock". */
const char *finding_role_name(enum finding_role role);
/* The same for people: "the lock". Static. */
const char *finding_role_text(enum finding_role role);

/* Releases an array of findings and all that they own. */
void stack_findings_finish(struct stack_finding *findings, size_t count);

#endif
