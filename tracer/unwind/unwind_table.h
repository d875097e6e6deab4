/* SPDX-License-Identifier: MIT
 *
 * How to step out of the frames of one ELF file, read from outside: its .eh_frame through the shim's reader of call frame
 * information. Pure but for the reading of the file. */
#ifndef LEAKWATCH_TRACER_UNWIND_UNWIND_TABLE_H
#define LEAKWATCH_TRACER_UNWIND_UNWIND_TABLE_H

#include <stdint.h>

enum unwind_kind {
    UNWIND_UNKNOWN,   /* nothing is said of this code, or nothing that is understood */
    UNWIND_OUTERMOST, /* there is no caller */
    UNWIND_SIGNAL,    /* the kernel called: what it interrupted is in a ucontext */
    UNWIND_FROM_SP,   /* CFA = stack pointer + cfa */
    UNWIND_FROM_BP,   /* CFA = rbp + cfa */
    UNWIND_AT_BP,     /* CFA = what lies at rbp + cfa, and rbp is saved where it points to */
};

/* The return address lies just below the CFA. */
struct unwind_row {
    enum unwind_kind kind;
    int32_t cfa;
    int32_t saved_bp; /* rbp is saved at CFA + this; 0: it still is the caller's */
};

struct unwind_table;

/* Reads the file `fd`, which may be closed then. NULL if it says nothing of its frames, or nothing that can be read. */
struct unwind_table *unwind_table_load(int fd);
/* Takes NULL. */
void unwind_table_destroy(struct unwind_table *table);

/* For the instruction at this offset in the file. */
struct unwind_row unwind_table_row(struct unwind_table *table, uint64_t file_offset);

#endif
