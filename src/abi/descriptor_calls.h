/* SPDX-License-Identifier: MIT
 *
 * Which system calls open descriptors, and where they put the numbers: read off the descriptions in syscalls.def. */
#ifndef LEAKWATCH_ABI_DESCRIPTOR_CALLS_H
#define LEAKWATCH_ABI_DESCRIPTOR_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "syscall_table.h"

enum descriptor_place {
    DESCRIPTOR_NOWHERE,  /* the call opens none */
    DESCRIPTOR_RESULT,   /* what the call returns */
    DESCRIPTOR_PAIR,     /* two numbers of 32 bits, where `argument` points to */
    DESCRIPTOR_MESSAGE,  /* in the ancillary data of the struct msghdr that `argument` points to */
    DESCRIPTOR_MESSAGES, /* of as many struct mmsghdr as the call returns */
};

struct descriptor_opening {
    enum descriptor_place place;
    unsigned argument;
};

/* What a call with these arguments opens, if it succeeds. */
struct descriptor_opening descriptor_call_opening(uint64_t number, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX]);

/* Whether the successful call that returned this number has opened it: dup2(2) of a descriptor to itself opens none. */
bool descriptor_call_is_new(uint64_t number, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX], int64_t result);

/* When a call is worth stopping at. */
enum descriptor_interest {
    DESCRIPTOR_NEVER,
    DESCRIPTOR_SOMETIMES, /* it opens where (argument number variant_argument & variant_mask) is that of a variant that returns one
                           */
    DESCRIPTOR_ALWAYS,
};
enum descriptor_interest descriptor_call_interest(uint64_t number);
/* Whether this variant of a call opens a descriptor. */
bool descriptor_variant_opens(const struct syscall_variant *variant);

#endif
