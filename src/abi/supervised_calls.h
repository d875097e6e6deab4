/* SPDX-License-Identifier: MIT
 * The system calls that the supervisor stops at, as numbered by x86_64; see supervised_calls.def. */
#ifndef LEAKWATCH_ABI_SUPERVISED_CALLS_H
#define LEAKWATCH_ABI_SUPERVISED_CALLS_H

#include <stdint.h>

enum supervised_call {
#define SUPERVISED_CALL(name) CALL_##name,
#include "supervised_calls.def"
#undef SUPERVISED_CALL
    SUPERVISED_CALLS,
    CALL_NONE = -1,
};

struct supervised_call_entry {
    const char *name;
    uint32_t number; /* __NR_name */
};

/* Indexed by enum supervised_call. */
extern const struct supervised_call_entry supervised_calls[SUPERVISED_CALLS];

/* Returns the call with this system-call number, CALL_NONE if it is not one of these. */
enum supervised_call supervised_call_find(uint64_t number);

#endif
