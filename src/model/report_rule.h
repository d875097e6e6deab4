/* SPDX-License-Identifier: MIT
 *
 * The rules that findings of a report break: what formats for machines call a check. Part of the report model. */
#ifndef LEAKWATCH_MODEL_REPORT_RULE_H
#define LEAKWATCH_MODEL_REPORT_RULE_H

#include "heap/leak_scan.h" /* enum leak_kind */

struct report_rule {
    const char *id;    /* "leak.definite"; does not change from version to version */
    const char *title; /* a few words */
    const char *help;  /* what it means, and what to do; sentences */
};

/* The rule behind this one, the first behind NULL; NULL behind the last. */
const struct report_rule *report_rule_next(const struct report_rule *rule);
/* The rule with this id; that of findings which this version does not know if there is none. */
const struct report_rule *report_rule_find(const char *id);
/* The rule of a leak kind that is listed: not of suppressed ones. */
const struct report_rule *report_rule_of_kind(enum leak_kind kind);

#endif
