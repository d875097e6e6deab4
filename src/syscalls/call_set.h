/* SPDX-License-Identifier: MIT
 * Sets of system calls of x86_64, as given to -e trace= and the like. */
#ifndef LEAKWATCH_SYSCALLS_CALL_SET_H
#define LEAKWATCH_SYSCALLS_CALL_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall_table.h"

struct call_set {
    uint64_t bits[SYSCALL_TABLE_SIZE / 64];
    bool others; /* the numbers from SYSCALL_TABLE_SIZE on, -1 included */
};

/* The set of no call and the set of all. */
void call_set_clear(struct call_set *set);
void call_set_fill(struct call_set *set);

void call_set_add(struct call_set *set, unsigned number);
/* Adds all of `other`. */
void call_set_join(struct call_set *set, const struct call_set *other);

bool call_set_has(const struct call_set *set, uint64_t number);
/* Whether the set has no call, or every call there may be. */
bool call_set_is_empty(const struct call_set *set);
bool call_set_is_full(const struct call_set *set);

/* Parses a set: [!]WORD[,WORD]..., or all, or none. WORD is a name, a number, %class, a bare class name of old (file, desc, memory,
 * process, signal, ipc, network), /REGEX (POSIX extended, found anywhere in a name), or all; with ? in front it may match nothing,
 * and
 * @64 behind it changes nothing. Returns NULL and stores the set; or what is wrong, one line for people, owned by the caller, and
 * leaves the set as it was. */
char *call_set_parse(const char *text, struct call_set *set);

#endif
