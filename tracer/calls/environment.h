/* SPDX-License-Identifier: MIT
 *
 * Which environment variables a program must start with so that the shim is loaded into it, or is not. Pure. */
#ifndef LEAKWATCH_TRACER_CALLS_ENVIRONMENT_H
#define LEAKWATCH_TRACER_CALLS_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The variables that are looked at; all others are left alone. */
enum environment_name { ENVIRONMENT_PRELOAD, ENVIRONMENT_SHIM, ENVIRONMENT_ASAN, ENVIRONMENT_LSAN, ENVIRONMENT_NAMES };

/* "LD_PRELOAD=" and so on, by enum environment_name. */
extern const char *const environment_prefixes[ENVIRONMENT_NAMES];

/* Whole entries, "NAME=value"; NULL: not there. */
struct environment {
    char *entries[ENVIRONMENT_NAMES];
};

struct environment_wish {
    const char *shim_path; /* NULL: there is none */
    bool preload;          /* load it; else make sure that it is not inherited */
    unsigned callers;
    bool free_stacks;
    uint64_t fail_first, fail_last; /* numbers of the allocations that are to fail; fail_first 0: none, and none is counted */
    bool no_leak_sanitizer;         /* tell LeakSanitizer inside the program to keep still */
};

/* Stores in `changed` what the entries must become; the caller releases it with environment_finish(). */
void environment_plan(const struct environment *original, const struct environment_wish *wish, struct environment *changed);
void environment_finish(struct environment *environment);

#endif
