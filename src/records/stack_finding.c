/* SPDX-License-Identifier: MIT */
#include "stack_finding.h"

#include <stdlib.h>

const char *finding_role_name(enum finding_role role)
{
    static const char *const names[FINDING_ROLES] = {
        [ROLE_CALL] = "call",
        [ROLE_LOCK] = "lock",
        [ROLE_OTHER_LOCK] = "other lock",
        [ROLE_UNLOCK] = "unlock",
        [ROLE_ALLOCATION] = "allocation",
        [ROLE_FREE] = "free",
        [ROLE_FORK] = "fork",
        [ROLE_INSTRUCTION] = "instruction",
    };
    return names[role];
}

const char *finding_role_text(enum finding_role role)
{
    static const char *const texts[FINDING_ROLES] = {
        [ROLE_CALL] = "the call",
        [ROLE_LOCK] = "the lock",
        [ROLE_OTHER_LOCK] = "the lock that was to be undone",
        [ROLE_UNLOCK] = "the unlock",
        [ROLE_ALLOCATION] = "the allocation",
        [ROLE_FREE] = "the free",
        [ROLE_FORK] = "the fork",
        [ROLE_INSTRUCTION] = "the instruction",
    };
    return texts[role];
}

void stack_findings_finish(struct stack_finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(findings[i].what);
        free(findings[i].numbers);
        for (size_t k = 0; k < findings[i].stack_count; k++)
            free(findings[i].stacks[k].frames);
    }
    free(findings);
}
