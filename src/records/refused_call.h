/* SPDX-License-Identifier: MIT
 *
 * System calls for memory that the kernel refused, and the limits that explain it. */
#ifndef LEAKWATCH_RECORDS_REFUSED_CALL_H
#define LEAKWATCH_RECORDS_REFUSED_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"
#include "limits_model.h"

/* A limit that the request was beyond. */
struct refusing_limit {
    const char *name; /* as in struct limit; static */
    enum limit_unit unit;
    uint64_t limit, used; /* when the call had failed */
    uint64_t excess;      /* so much less would have been allowed */
    char *where;          /* control group, or NULL; owned */
};

/* So many calls are kept of each process, and so many limits of each call. */
#define REFUSED_CALLS_MAX   100
#define REFUSING_LIMITS_MAX 4

struct refused_call {
    const char *name;                                  /* static: "mmap" */
    int error;                                         /* errno; of brk, which has none, ENOMEM; 0: SIGSEGV */
    uint64_t bytes;                                    /* asked for by the first */
    uint64_t at_ns;                                    /* of the first, since the session began */
    uint64_t count;                                    /* equal ones from the same place */
    uint32_t site;                                     /* the stack as the tracer numbers it */
    struct call_stack stack;                           /* owned */
    struct refusing_limit limits[REFUSING_LIMITS_MAX]; /* none: no limit explains it */
    size_t limit_count;
};

struct refused_calls {
    struct refused_call *items; /* in the order in which they were seen; owned */
    size_t count;
    uint64_t dropped; /* further ones, which were not kept */
};

/* The name of such a call where it was none: the stack could not grow, and SIGSEGV ended the process. */
#define STACK_GROWTH "stack growth"

/* Of a call with this name: the check of refusal_checks.def that it is a finding of, static; and how much it matters. */
const char *refused_call_check(const char *name);
enum finding_severity refused_call_severity(const char *name);

/* Counts the call with an earlier one of this name, error and place. Returns false if there is none. */
bool refused_calls_repeat(struct refused_calls *calls, const char *name, int error, uint32_t site);
/* Keeps a call, whose stack is taken over; one too many is counted only. */
void refused_calls_add(struct refused_calls *calls, const struct refused_call *call);
/* Releases all that is owned, and makes it empty. */
void refused_calls_finish(struct refused_calls *calls);

#endif
