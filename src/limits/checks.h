/* SPDX-License-Identifier: MIT
 *
 * Checks of what was seen: what is near its end, what is set in an unusual way, what costs. The tables are
 * checks.def and realtime_checks.def. Pure. */
#ifndef LEAKWATCH_LIMITS_CHECKS_H
#define LEAKWATCH_LIMITS_CHECKS_H

#include <stdbool.h>

#include "records/limits_model.h"
#include "limit_list.h"

struct process_list;

struct check_settings {
    uint64_t request;        /* a request to judge as if it were made, in bytes; 0: none */
    unsigned warn_percent;   /* warn where this share of a limit is used; 0: as each check has it */
    uint64_t warn_within_ns; /* warn of a limit that growth will meet in this time; 0: in an hour */
    bool realtime;           /* audit real time, too */
    bool watched;            /* of a process in a run: what its calls tell is judged elsewhere */
};

/* What checks are made of. */
struct check_input {
    struct limits_context now;
    const struct limit_list *limits;          /* of `now` */
    const struct machine_look *first_machine; /* the first of several looks; NULL: there was one only */
    const struct process_look *first_process; /* likewise */
    uint64_t elapsed_ns;                      /* since the first look */
    bool oom_killed;                          /* the process was ended so, as its tracer knows */
    struct growth_estimate growth;            /* of the process */
    struct check_settings settings;
};

struct check_row;
/* Adds what it finds to `list`. */
typedef void check_function(const struct check_input *input, const struct check_row *row, struct finding_list *list);

struct check_row {
    const char *id;
    check_function *check;
    const char *meaning, *formula, *remedy;
};

extern const struct check_row check_table[];
extern const size_t check_count;
/* Those of an audit of real time. */
extern const struct check_row realtime_check_table[];
extern const size_t realtime_check_count;

/* NULL: there is no check of this id. */
const struct check_row *check_find(const char *id);

/* Makes all checks that apply: of a process if there is one in `input`, else of the machine. Adds to `list`, in the order of the
 * tables; those of real time only with settings.realtime. */
void checks_run(const struct check_input *input, struct finding_list *list);
/* Those of real time alone. They need no input->limits. */
void realtime_checks_run(const struct check_input *input, struct finding_list *list);
/* What to do about a finding of these; static. `id` must be of the table. */
const char *realtime_check_remedy(const char *id);

/* ---- For checks ---- */

/* Adds a finding; takes over the three texts. `subject` is copied; NULL: none. */
void check_report(struct finding_list *list, const struct check_row *row, enum finding_severity severity, const char *subject,
                  char *what, char *numbers);

/* Adds what `from` has to `into`, and leaves `from` empty. Of one check and subject the most severe stays, of equals the later,
 * with the time of the first. */
void finding_list_merge(struct finding_list *into, struct finding_list *from);

/* Removes what a check has found. */
void finding_list_drop(struct finding_list *list, const char *id);

check_function check_address_space, check_data, check_stack, check_locked, check_mappings, check_processes;
check_function check_strict_commit, check_commit_request, check_commit_fork;
check_function check_group_limit, check_group_high, check_group_swap, check_group_events, check_group_stuck, check_group_unseen,
    check_group_tasks;
check_function check_available, check_system_tasks, check_oom_rank, check_oom_killed, check_oom_policy, check_pressure,
    check_swapped, check_eta;
check_function check_locked_resident;
check_function check_merging_profit, check_merging_inactive, check_merging_hides, check_merging_churn, check_merging_secret,
    check_merging_volatile;
check_function check_rt_kernel, check_rt_throttling, check_rt_swap, check_rt_huge_pages, check_rt_numa, check_rt_governor,
    check_rt_idle_states, check_rt_timers, check_rt_statistics, check_rt_watchdog, check_rt_overcommit;
check_function check_rt_policy, check_rt_affinity, check_rt_limits, check_rt_locked, check_rt_merging;

#endif
