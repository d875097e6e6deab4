/* SPDX-License-Identifier: MIT
 * Sets of signals, as given to -e signal=. Bit n - 1 is signal n, so that the 64 signals there are fill a word. */
#ifndef LEAKWATCH_SYSCALLS_SIGNAL_SET_H
#define LEAKWATCH_SYSCALLS_SIGNAL_SET_H

#include <stdbool.h>
#include <stdint.h>

#define SIGNAL_SET_ALL UINT64_MAX

bool signal_set_has(uint64_t set, int number);

/* Parses [!]WORD[,WORD]..., or all, or none; WORD is a name with or without SIG, in capitals or not, or a number. Returns NULL and
 * stores the set; or what is wrong, one line for people, owned by the caller, and stores nothing. */
char *signal_set_parse(const char *text, uint64_t *set);

#endif
