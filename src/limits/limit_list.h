/* SPDX-License-Identifier: MIT
 *
 * The limits that a process is under, how much of each is used, and which growth meets which first. Pure. */
#ifndef LEAKWATCH_LIMITS_LIMIT_LIST_H
#define LEAKWATCH_LIMITS_LIMIT_LIST_H

#include <stdbool.h>

#include "records/limits_model.h"

struct machine_look;
struct process_look;
struct process_list;

/* What is known when limits are listed and checks are made. */
struct limits_context {
    const struct machine_look *machine;
    const struct process_look *process; /* NULL: the machine alone */
    const struct process_list *all;     /* NULL: they were not looked at */
};

/* All limits that the kernel would test for the process (or for any process, without one), those that are none included. What is
 * not known stays so. Released by limit_list_finish(). */
void limit_list_make(const struct limits_context *context, struct limit_list *list);

/* The first limit that growth in small steps meets: the least that is left, the earlier of two equal. NULL if none is known. */
const struct limit *limit_list_first(const struct limit_list *list, enum growth_kind growth);

/* Fills `first`, which has room for GROWTHS: one entry for each kind of growth that meets a limit. Returns how many. */
size_t limit_list_all_first(const struct limit_list *list, struct first_limit *first);

/* Whether a request of this amount would meet the limit at once. */
bool limit_refuses(const struct limit *limit, enum growth_kind growth, uint64_t amount);

/* ---- Strict overcommit (vm.overcommit_memory = 2): mm/util.c, __vm_enough_memory() ---- */

struct commit_account {
    struct known mode;          /* vm.overcommit_memory */
    struct known limit;         /* CommitLimit: (memory - huge pages) * ratio / 100, or overcommit_kbytes; plus swap */
    struct known user_reserve;  /* min(VmSize / 32, user_reserve_kbytes) */
    struct known admin_reserve; /* 0 for who has CAP_SYS_ADMIN */
    struct known for_process;   /* limit less both reserves */
    struct known committed;     /* Committed_AS */
    struct known left;
};
struct commit_account commit_account_of(const struct limits_context *context);

#endif
