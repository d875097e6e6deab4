/* SPDX-License-Identifier: MIT
 *
 * Compact rows: what it takes to step out of a frame, resolved once for each program counter and kept in a lock-free cache.
 * A row is a word, so it is read and written whole; no lock, no allocation, async-signal-safe. */
#ifndef LW_ROWS_H
#define LW_ROWS_H

#include <stdint.h>

#include "cfi.h"

enum row_kind {
    ROW_NONE,   /* empty entry of the cache */
    ROW_RSP,    /* CFA = rsp + 8 * cfa; the usual case */
    ROW_RBP,    /* CFA = rbp + 8 * cfa; code with frame pointers, alloca, variable arrays */
    ROW_DEREF,  /* CFA = *(rbp + 8 * cfa), rbp saved at rbp + 0: code that realigned its stack */
    ROW_SIGNAL, /* the kernel's signal frame: a ucontext lies at rsp */
    ROW_GUESS,  /* no module here (generated code): try rbp as frame pointer */
    ROW_SLOW,   /* needs the whole row: other registers, expressions, huge frames */
    ROW_STOP,   /* outermost frame (cfa = ROW_STOP_OUTERMOST), or nothing is known */
};
#define ROW_STOP_OUTERMOST 1

/* Unpacked. */
struct row {
    enum row_kind kind;
    int32_t cfa;    /* in 8-byte words */
    uint32_t saved; /* rbp is saved at CFA - 8 * saved; 1: it was not saved (the return address is there), and is the same */
};

/* The row for the call that returns to `pc`; `scratch` is working memory for a miss. */
struct row row_lookup(uint64_t pc, struct cfi_scratch *scratch);

/* The whole row for the same. Returns 0, or -1 if there is none. */
int row_whole(uint64_t pc, struct cfi_row *row, struct cfi_scratch *scratch);

/* Forgets all rows: addresses may mean something else now. */
void rows_flush(void);

#endif
