/* SPDX-License-Identifier: MIT
 *
 * Which system calls a real-time thread should not make. Sleeping is judged as the kernel's monitor "rtapp" does
 * (Documentation/trace/rv/monitor_rtapp.rst): on a futex, or until a time of CLOCK_MONOTONIC, and in no other way. Pure. */
#ifndef LEAKWATCH_REALTIME_REALTIME_CALL_H
#define LEAKWATCH_REALTIME_REALTIME_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory_view.h"

/* What decides. */
enum realtime_class {
    REALTIME_SCHEDULE,        /* nothing: it changes how threads are scheduled */
    REALTIME_MEMORY,          /* it changes memory */
    REALTIME_SLEEP,           /* it sleeps for a time */
    REALTIME_CLOCK_SLEEP,     /* clock and flags are arguments 0 and 1 */
    REALTIME_WAIT_POLL,       /* argument 2: milliseconds; 0: it does not wait */
    REALTIME_WAIT_EPOLL,      /* argument 3: likewise */
    REALTIME_WAIT_TIMESPEC_2, /* argument 2: address of two numbers, both 0: it does not wait */
    REALTIME_WAIT_TIMESPEC_3, /* argument 3: likewise */
    REALTIME_WAIT_TIMESPEC_4, /* argument 4: likewise */
    REALTIME_WAIT_ALWAYS,
    REALTIME_FUTEX,      /* operation and expected value are arguments 1 and 2 */
    REALTIME_DESCRIPTOR, /* what descriptor argument 0 is */
    REALTIME_FILES,      /* it has to do with files in any case */
};

struct realtime_call_row {
    uint32_t number;
    const char *name; /* static */
    enum realtime_class class;
};

extern const struct realtime_call_row realtime_calls[];
extern const unsigned realtime_call_count;

/* NULL: the audit does not look at it. */
const struct realtime_call_row *realtime_call_find(uint64_t number);

/* What a descriptor is. */
enum realtime_file { REALTIME_FILE_OTHER, REALTIME_FILE_REGULAR, REALTIME_FILE_BLOCK_DEVICE, REALTIME_FILE_TERMINAL };

/* A call that is about to be made. */
struct realtime_call {
    const struct realtime_call_row *row;
    const uint64_t *arguments; /* 6 */
    const struct memory_view *memory;
    enum realtime_file file; /* of REALTIME_DESCRIPTOR */
    uint64_t program_break;  /* where the heap ends; 0: not known */
};

enum realtime_offence {
    OFFENCE_NONE,
    OFFENCE_MEMORY, /* a call that changes memory */
    OFFENCE_TRIM,   /* memory that is given back: by an allocator, which will ask for it again */
    OFFENCE_SLEEP,  /* sleeping in another way than until a time of CLOCK_MONOTONIC */
    OFFENCE_LOCK,   /* waiting for a lock without priority inheritance */
    OFFENCE_FILE,   /* waiting for a file or a terminal */
    OFFENCES
};

/* What is wrong with the call, and in `*detail` what of it, static, or NULL. */
enum realtime_offence realtime_call_judge(const struct realtime_call *call, const char **detail);

/* Whether an allocator gives memory back with it: the heap becomes smaller, or a block of glibc's malloc that has a mapping of its
 * own (malloc.c, IS_MMAPPED) is unmapped. */
bool realtime_call_trims(const struct realtime_call *call);

#endif
