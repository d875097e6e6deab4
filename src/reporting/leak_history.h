/* SPDX-License-Identifier: MIT
 *
 * In how many looks on end has a block been lost? A block that was given back and taken again at the same address, with the same
 * size, between two looks is the same block here: nothing tells the two apart. Takes 16 bytes for each lost block, and during a
 * look as much again. */
#ifndef LEAKWATCH_REPORTING_LEAK_HISTORY_H
#define LEAKWATCH_REPORTING_LEAK_HISTORY_H

#include <stdint.h>

#define LEAK_HISTORY_LOOKS_MAX UINT32_C(0xffff) /* more are not counted */

struct leak_history;

/* Never NULL. */
struct leak_history *leak_history_create(void);
void leak_history_destroy(struct leak_history *history);

void leak_history_begin(struct leak_history *history);
/* Notes a block that is lost in this look. Addresses come in ascending order. Returns in how many looks on end it has been, this
 * one included. */
uint32_t leak_history_note(struct leak_history *history, uint64_t address, uint64_t size);
void leak_history_end(struct leak_history *history);

#endif
