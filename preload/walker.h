/* SPDX-License-Identifier: MIT
 *
 * The stack walker. It remembers the stack of the walk before, as a mirror of the real one: where a new walk meets a remembered
 * frame with the same pc, stack pointer and rbp, and the slots further out still hold what was read from them, the rest is known.
 * So a walk costs the frames that are new, plus about a nanosecond for each remembered one. */
#ifndef LW_WALKER_H
#define LW_WALKER_H

#include <stdbool.h>
#include <stdint.h>

#include "cfi.h"
#include "shim.h"

#define WALK_CAPACITY 160 /* frames remembered; more than LW_MAX_FRAMES, so that a full window can grow by some */

/* A frame remembered, with what must still hold for it to be there: two words on the stack. Where the callee did not save rbp, the
 * second is the first again; where the frame was not found in the ordinary way (it was interrupted by a signal, say), the second is
 * one that never holds. So the check has no special cases. */
struct walk_frame {
    uint64_t pc_at; /* address of the return address; the stack pointer after the return is 8 more */
    uint64_t rbp_at;
    uint64_t pc;
    uint64_t rbp_there; /* what rbp_at must hold */
    uint64_t rbp;       /* rbp in that frame */
};

/* A stack remembered, innermost frame at index `top`, outermost at WALK_CAPACITY - 1. */
struct walk_memory {
    uint32_t top;                                /* WALK_CAPACITY: nothing remembered */
    bool complete;                               /* the walk went on to where no further step was possible */
    bool odd_end;                                /* that was not the outermost frame, but code without a usable row */
    uint32_t generation;                         /* lw_ledger.generation at the time */
    uint32_t site;                               /* of the last walk; 0: not set */
    struct walk_frame frames[WALK_CAPACITY + 1]; /* the last is a sentinel */
    uint64_t pc[WALK_CAPACITY];                  /* the pcs again, contiguous as call sites keep them */
    uint64_t hash[WALK_CAPACITY + 1];            /* of the frames from here outward; [WALK_CAPACITY] = 0 */
    struct walk_frame fresh[WALK_CAPACITY];      /* frames of a walk under way, innermost first */
    struct cfi_scratch scratch;
    struct cfi_registers registers; /* for slow steps */
    struct cfi_row row;
};

struct walk_result {
    const uint64_t *frames; /* innermost first; valid until the next walk with the same memory */
    uint32_t count;
    bool truncated;
    bool unchanged; /* the same frames as the walk before: memory->site is theirs */
    uint64_t hash;  /* of exactly these frames */
};

/* Forgets what is remembered. */
void walk_forget(struct walk_memory *memory);

/* Walks from `caller` outward, at most `limit` frames (1..LW_MAX_FRAMES). `stack_top`: end of the thread's own stack. */
struct walk_result walk(struct walk_memory *memory, const struct caller *caller, uint32_t limit, uint64_t stack_top);

/* Prepares the tables. */
void walk_init(void);

#endif
