/* SPDX-License-Identifier: MIT
 * What is done to system calls on purpose: -e inject= and -e fault=. */
#ifndef LEAKWATCH_SYSCALLS_INJECTION_H
#define LEAKWATCH_SYSCALLS_INJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_set.h"

/* Which members of struct injection count. */
enum injection_part {
    INJECT_ERROR = 1 << 0, /* the call is not made and returns -error */
    INJECT_VALUE = 1 << 1, /* the call is not made and returns `value` */
    INJECT_SIGNAL = 1 << 2,
    INJECT_DELAY_ENTER = 1 << 3,
    INJECT_DELAY_EXIT = 1 << 4,
    INJECT_POKE_ENTER = 1 << 5,
    INJECT_POKE_EXIT = 1 << 6,
};

/* Bytes that are written where an argument points to. */
struct injection_poke {
    unsigned argument; /* 0 is the first */
    uint8_t *bytes;
    size_t size;
};

struct injection_pokes {
    struct injection_poke *items;
    size_t count;
};

/* Counted from 1, for each system call of each tracee by itself: first, first + step, ... up to last. */
struct injection_when {
    unsigned first, last, step;
};
#define INJECTION_WHEN_MAX 65535 /* of first and step */
#define INJECTION_NO_LAST  UINT32_MAX

struct injection {
    struct call_set calls;
    unsigned parts; /* of enum injection_part */
    int error;      /* 1..4095 */
    uint64_t value;
    int signal;
    int instead; /* the call that is made in place of one that fails or succeeds by injection; -1: none */
    uint64_t delay_enter_ns, delay_exit_ns;
    struct injection_pokes poke_enter, poke_exit;
    struct injection_when when;
};

/* fault= knows error=, syscall= and when= only, and its error is ENOSYS unless it says otherwise. */
enum injection_kind { INJECTION_INJECT, INJECTION_FAULT };

/* Parses SET[:error=ERRNO|:retval=VALUE][:signal=SIGNAL][:syscall=CALL][:delay_enter=TIME][:delay_exit=TIME][:poke_enter=POKES]
 * [:poke_exit=POKES][:when=FIRST[..LAST][+[STEP]]], where POKES is @argN=HEX[,@argN=HEX]... Returns NULL and stores the injection,
 * to be released with injection_finish(); or what is wrong, one line for people, owned by the caller. */
char *injection_parse(const char *text, enum injection_kind kind, struct injection *injection);
void injection_finish(struct injection *injection);

/* Whether the `invocation`-th call (counted from 1) is one of those that are meant. */
bool injection_when_holds(const struct injection_when *when, uint64_t invocation);

/* The error that a program would take the injected value for, since the C library does; 0: none. */
int injection_value_as_error(const struct injection *injection);

#endif
