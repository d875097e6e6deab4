/* SPDX-License-Identifier: MIT
 *
 * What a report finds, as one flat list, the worst first: for the formats that CI systems and editors read. What they all need is
 * decided here once: rule, severity, message, place. Pure. */
#ifndef LEAKWATCH_MODEL_REPORT_ISSUES_H
#define LEAKWATCH_MODEL_REPORT_ISSUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fingerprint.h"
#include "records/limits_model.h" /* enum finding_severity */
#include "report_model.h"
#include "report_rule.h"

#define REPORT_ISSUE_STACKS_MAX 5

struct report_issue {
    const struct report_rule *rule;
    enum finding_severity severity;
    bool is_error;  /* the report counts it as one */
    bool is_unseen; /* it tells what of the process was not seen */
    enum report_novelty novelty;
    const struct report_process *process; /* lent, as the stacks are */
    uint64_t bytes;                       /* how large it is; 0 if that says nothing */
    char *message;                        /* one line; names in it as they are */
    struct fingerprint fingerprint;
    struct report_issue_stack {
        const char *title; /* "the block was allocated"; static; NULL for the first, where it happened */
        const struct report_stack *stack;
    } stacks[REPORT_ISSUE_STACKS_MAX];
    size_t stack_count;
    /* Where it is shown: the innermost frame of the first stack whose source file is below the source root; or else the innermost
     * with a source file, or else the program file. */
    char *path;           /* relative to the source root if `in_source_root` */
    unsigned line;        /* 0: not known */
    const char *function; /* of that frame, or NULL; lent */
    bool in_source_root;
    size_t order; /* among the findings as they stand in the report */
};

struct report_issues {
    struct report_issue *items; /* by severity, size, and as they stand in the report */
    size_t count, capacity;
};

/* Lists what the report finds. Of leaks the kinds that are listed or count as errors (view->show_kinds, view->error_kinds). The
 * report must outlive the list, which report_issues_finish() releases. */
void report_issues_make(const struct report *report, const struct report_view *view, struct report_issues *issues);
/* The source file of a frame relative to the source root, or NULL if it is not below it; owned by the caller. A relative name
 * counts from there where the module is the program or is below the source root itself: the C library has such names, too. */
char *report_source_path(const struct report_process *process, const struct report_frame *frame, const char *source_root);

void report_issues_finish(struct report_issues *issues);

struct report_issue_counts {
    size_t all, errors, unseen; /* errors: what the report counts as such */
};
/* How many are of this process; of all processes if NULL. */
struct report_issue_counts report_issues_count(const struct report_issues *issues, const struct report_process *process);

#endif
