/* SPDX-License-Identifier: MIT
 *
 * What `leakwatch libs` calls things: words for machines, sentences for people. All static. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_NAMES_H
#define LEAKWATCH_LIBRARIES_LIBRARY_NAMES_H

#include "library_model.h"

struct library_name {
    const char *word; /* as in JSON: "wrong-class" */
    const char *text; /* for people */
};

/* text: what is the matter with a file at one place, to be put behind its path. */
const struct library_name *library_verdict_name(enum library_verdict verdict);
/* text: where the place comes from, "RUNPATH of". */
const struct library_name *library_rule_name(enum library_rule rule);
const struct library_name *library_cause_name(enum library_cause cause);
const struct library_name *library_mend_name(enum library_mend_kind kind);
/* text: why the program cannot be executed. */
const struct library_name *program_problem_name(enum program_problem problem);
const struct library_name *program_kind_name(enum program_kind kind);
const struct library_name *library_request_name(enum library_request_kind kind);

#endif
