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

#define WALK_CAPACITY 192 /* frames remembered; more than LW_MAX_FRAMES, so that a full window can grow by some */

struct walk_frame {
    uint64_t pc;
    uint64_t sp;       /* stack pointer after the return to pc */
    uint64_t rbp;      /* rbp in that frame */
    uint64_t rbp_slot; /* where rbp was read from; SLOT_NONE: the callee did not save it; SLOT_UNKNOWN: not found on the stack */
};
#define SLOT_NONE    0
#define SLOT_UNKNOWN UINT64_MAX

/* What must still hold for a remembered frame: the two words at these addresses. Where rbp was not saved, rbp_at points to `rbp`
 * here, so that it always holds; where the frame was not found in the ordinary way, to a word that never equals it. No branches. */
struct walk_check {
    const uint64_t *pc_at, *rbp_at;
    uint64_t pc, rbp;
};

/* A stack remembered, innermost frame at index `top`, outermost at WALK_CAPACITY - 1. Parallel arrays: the pcs of a stack are
 * contiguous, innermost first, as call sites keep them. */
struct walk_memory {
    uint32_t top;               /* WALK_CAPACITY: nothing remembered */
    bool complete;              /* the walk went on to where no further step was possible */
    bool odd_end;               /* that was not the outermost frame, but code without a usable row */
    uint32_t generation;        /* lw_ledger.generation at the time */
    uint32_t site;              /* of the last walk; 0: not set */
    uint64_t pc[WALK_CAPACITY]; /* again, contiguous */
    uint64_t sp[WALK_CAPACITY];
    struct walk_check check[WALK_CAPACITY];
    uint64_t hash[WALK_CAPACITY + 1];       /* of the frames from here outward; [WALK_CAPACITY] = 0 */
    struct walk_frame fresh[WALK_CAPACITY]; /* frames of a walk under way, innermost first */
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
