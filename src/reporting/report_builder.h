/* SPDX-License-Identifier: MIT
 *
 * From facts to the report model: names for addresses, suppressions, totals, the verdict. Pure but for reading the ELF files that
 * the symbolizer opens. */
#ifndef LEAKWATCH_REPORTING_REPORT_BUILDER_H
#define LEAKWATCH_REPORTING_REPORT_BUILDER_H

#include <stdbool.h>
#include <time.h>

#include "heap/leak_scan.h"
#include "model/report_model.h"

struct symbolizer;
struct suppressions;
struct snapshot;
struct process_record;
struct report_builder;

struct report_builder_settings {
    struct symbolizer *symbolizer;           /* lent */
    const struct suppressions *suppressions; /* lent */
    unsigned error_kinds;                    /* bit mask of 1 << enum leak_kind: which kinds count as errors */
    unsigned named_kinds;                    /* kinds whose records get names and are listed; others are only counted */
    bool generate_suppressions;
    size_t resolution;         /* leaks are one record if so many innermost frames are the same; 0: all */
    size_t examples;           /* blocks of each record whose contents are to be shown */
    const uint64_t *addresses; /* who points there? address_count; lent */
    size_t address_count;
    const struct duplicate_settings *duplicates; /* how pages with equal contents are counted; lent; NULL: they are not */
    struct leak_watch *watch;                    /* compares the checks with earlier ones; lent; NULL: nobody does */
    bool leak_check;                             /* whether leaks were asked for at all: decides the verdict of what was not seen */
    const char *mode;                            /* static */
    char *const *injections;                     /* as the user wrote them; injection_count, lent */
    const uint64_t *injection_times;             /* how often each has taken place by now; lent */
    size_t injection_count;
    char *const *command; /* NULL-terminated, lent */
};

/* `started`: when the session began (CLOCK_REALTIME). Never NULL. */
struct report_builder *report_builder_create(const struct report_builder_settings *settings, struct timespec started);

/* Completes a leak scan of the process that `record` describes and keeps the outcome for report_builder_add_process(): names the
 * call sites that suppressions must see, finishes the scan (which is used up), builds the leak list. `record` needs only its
 * modules and its suppressions here. `at`: "exit", "signal", "exec" or "request" (static). Never NULL. A later check of the same
 * process replaces an earlier one. */
struct process_leaks;
struct process_leaks *report_builder_leaks(struct report_builder *builder, const struct process_record *record,
                                           const struct snapshot *snapshot, struct leak_scan *scan, const char *at);
uint64_t process_leaks_errors(const struct process_leaks *leaks);
void process_leaks_destroy(struct process_leaks *leaks);

/* Adds a process; `leaks` (NULL: not checked) is used up, the record is not kept. One that still runs (END_RUNNING) may be added
 * for an interim report: it is replaced when the same pid is added again, and its leaks stay if nothing was checked since. */
void report_builder_add_process(struct report_builder *builder, const struct process_record *record, struct process_leaks *leaks);

/* A crossing with names, before the process is added: for those who want to tell of it at once. `record` needs only its modules
 * here. The caller releases the result with report_threshold_finish(); its names live as long as the builder or its report. */
struct report_threshold report_builder_name_crossing(struct report_builder *builder, const struct process_record *record,
                                                     const struct threshold_crossing *crossing);

/* The same of a warning, which is released with report_limit_warning_finish(). */
struct report_limit_warning report_builder_name_warning(struct report_builder *builder, const struct process_record *record,
                                                        const struct limit_warning *warning);

/* Takes over what was found of the machine as a whole, in place of what was so before. */
void report_builder_take_machine(struct report_builder *builder, struct finding_list *findings);

/* Sums up the state so far; the builder goes on. The report is lent, until the builder is next used. */
const struct report *report_builder_interim(struct report_builder *builder, uint64_t elapsed_ns);

/* Sums up. The builder is used up; the caller releases the report with report_finish(). */
void report_builder_finish(struct report_builder *builder, uint64_t elapsed_ns, struct report *report);

/* Releases a builder that no report is wanted of. Takes NULL. */
void report_builder_destroy(struct report_builder *builder);

#endif
