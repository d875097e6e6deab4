/* SPDX-License-Identifier: MIT
 *
 * What .eh_frame says of a frame, through libdw, for files that have no .eh_frame_hdr to search in: static executables. Slower than
 * the shim's reader, and not needed where that can do. */
#ifndef LEAKWATCH_ELF_FRAME_RULES_H
#define LEAKWATCH_ELF_FRAME_RULES_H

#include <stdbool.h>
#include <stdint.h>

struct frame_rules;

/* Reads the file `fd`, which must stay open. NULL if it says nothing of its frames. */
struct frame_rules *frame_rules_open(int fd);
/* Takes NULL. */
void frame_rules_close(struct frame_rules *rules);

/* The frame at one instruction: CFA = register `base` + `offset`, by their DWARF numbers. */
struct frame_rule {
    bool outermost;    /* it has no caller */
    bool signal_frame; /* the kernel called */
    unsigned base;
    int64_t offset;
    int64_t saved_bp; /* rbp is saved at CFA + this; 0: it is not saved */
};
/* `address` as the file counts them. Returns 0, or -1 if nothing is known or it is not of this simple kind. */
int frame_rules_find(struct frame_rules *rules, uint64_t address, struct frame_rule *rule);

#endif
