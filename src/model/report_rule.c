/* SPDX-License-Identifier: MIT */
#include "report_rule.h"

#include <stddef.h>
#include <string.h>

/* A new rule is one line here; a new check is a rule by itself. Where two checks have one id, they are the same rule. */
static const struct report_rule rules[] = {
    /* As enum leak_kind. */
    {"leak.definite", "Memory is definitely lost",
     "A block was allocated and not freed, and no pointer to it is left. Free it when the last pointer to it goes."},
    {"leak.indirect", "Memory is indirectly lost",
     "The only pointers to a block are in blocks that are lost themselves. It is freed in most cases once those are."},
    {"leak.possible", "Memory is possibly lost",
     "Only pointers into the middle of a block are left. It is lost, unless the program finds its start from them."},
    {"leak.reachable", "Memory is still reachable",
     "A block was not freed, but a pointer to it is left. Free it at the end if it is not meant to live as long as the process."},
    {"memory.double-free", "Memory is freed twice",
     "A block was given back a second time. The allocator may hand out the same memory twice from then on."},
    {"memory.invalid-free", "What is freed is no block",
     "An address was given back at which no block begins: in the middle of a block, or no memory of the heap at all."},
    {"memory.mismatched-free", "Memory is given back in the wrong way",
     "A block was given back by another family of functions than it was taken with, as delete for new[], or free for new."},
    {"descriptor.open", "A file descriptor is left open",
     "The process opened a descriptor and did not close it before its end. Close it, or it runs out of them some day."},
    {"threshold.crossed", "A threshold was crossed",
     "The process used more than an option --max-... allows. The stacks show what it had allocated."},
    {"process.note", "A note on a process", "Something to know when the findings of this process are read."},
    {"coverage.incomplete", "Not all was seen",
     "A part of the process could not be looked at, so that there may be findings that are not listed."},
#define CHECK(id, function, meaning, formula, remedy) {id, id, meaning " What to do: " remedy "."},
#include "reporting/duplicate_checks.def"
#include "limits/checks.def"
#include "limits/realtime_checks.def"
#include "locks/lock_checks.def"
#include "realtime/rt_checks.def"
#include "records/refusal_checks.def"
#undef CHECK
    {"finding.other", "Another finding", "A finding of a check that this version of leakwatch does not know."},
};
#define RULES (sizeof rules / sizeof *rules)

const struct report_rule *report_rule_find(const char *id)
{
    size_t i = 0;

    while (i < RULES - 1 && strcmp(rules[i].id, id) != 0)
        i++;
    return &rules[i];
}

const struct report_rule *report_rule_next(const struct report_rule *rule)
{
    for (rule = rule ? rule + 1 : rules; rule < rules + RULES; rule++)
        if (report_rule_find(rule->id) == rule)
            return rule;
    return NULL;
}

const struct report_rule *report_rule_of_kind(enum leak_kind kind)
{
    return &rules[kind];
}
