/* SPDX-License-Identifier: MIT
 *
 * What the kernel has locked, held against what the replayed calls make of it. Pure. */
#ifndef LEAKWATCH_LOCKS_LOCK_PIECES_H
#define LEAKWATCH_LOCKS_LOCK_PIECES_H

#include "lock_set.h"

/* A mapping as the kernel has it (/proc/PID/smaps). */
struct lock_mapping_state {
    uint64_t start, end;
    bool locked, on_fault; /* VmFlags lo, lf */
    bool accessible;       /* not PROT_NONE */
    bool dumped;           /* it would be part of a core dump: no VmFlags dd */
    bool anonymous;        /* private memory without a file: heap, stack, and the like */
    bool stack;            /* of the first thread: it grows by itself */
    bool secret;           /* memfd_secret(2) */
};

/* A part of one mapping that is locked, by one call site. */
struct lock_piece {
    uint64_t start, end;
    enum lock_way way;
    bool on_fault, accessible, dumped, anonymous;
    uint32_t site;
    uint64_t absent; /* bytes not in RAM, where that was looked up */
};

struct lock_pieces {
    struct lock_piece *items; /* sorted */
    size_t count, capacity;
    uint64_t missing; /* bytes that are locked by the calls that were seen, and not by the kernel */
};

/* `own`: memory of leakwatch's own, which is left out. `mappings`: sorted, disjoint. */
void lock_pieces_make(const struct lock_set *replayed, const struct lock_set *own, const struct lock_mapping_state *mappings,
                      size_t count, struct lock_pieces *pieces);
void lock_pieces_finish(struct lock_pieces *pieces);

/* Bytes of all pieces; of those locked in one way. */
uint64_t lock_pieces_bytes(const struct lock_pieces *pieces);
uint64_t lock_pieces_way_bytes(const struct lock_pieces *pieces, enum lock_way way);

#endif
