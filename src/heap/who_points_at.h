/* SPDX-License-Identifier: MIT
 *
 * Who points at a block? The places that hold a pointer to it, and the chains of pointers that lead there from the roots. */
#ifndef LEAKWATCH_HEAP_WHO_POINTS_AT_H
#define LEAKWATCH_HEAP_WHO_POINTS_AT_H

#include "leak_scan.h"
#include "pointer_graph.h"
#include "roots.h"

#define POINTER_PATHS_MAX 8  /* of each block that is asked about, and as many lost holders */
#define POINTER_STEPS_MAX 12 /* of a path; of a longer one the middle is left out */

/* A pointer: what holds it, and where it leads. */
struct pointer_step {
    bool in_block; /* a block holds it, else a root does */
    struct heap_block block;
    enum leak_kind kind;     /* of that block */
    enum root_kind root;     /* of that root */
    int tid;                 /* ROOT_REGISTER, ROOT_THREAD, ROOT_DTV */
    unsigned register_index; /* ROOT_REGISTER: as in struct thread_state */
    uint64_t address;        /* where it lies; 0: in no memory, or it was not found again */
    uint64_t offset;         /* how far from the start of the block it leads to; 0: to the start */
};

struct pointer_path {
    struct pointer_step steps[POINTER_STEPS_MAX]; /* the last one leads to the block that was asked about */
    size_t count;
    size_t left_out; /* steps that were left out, behind the first POINTER_STEPS_MAX / 2 */
};

struct pointer_answer {
    uint64_t address;
    bool found; /* it lies in a live block; else nothing below is set */
    struct heap_block block;
    enum leak_kind kind;
    uint64_t roots;             /* places in roots that point to the block */
    uint64_t holders;           /* other blocks that do and that the program can reach */
    uint64_t lost_holders;      /* others that do */
    struct pointer_path *paths; /* the shortest, one for each place that points to the block; from the roots; owned */
    size_t path_count;
    struct pointer_step lost[POINTER_PATHS_MAX]; /* the first of the lost holders */
    size_t lost_count;
};

/* What was found out by the leak scan, kinds included. */
struct pointer_question {
    const struct snapshot *snapshot;
    const struct block_table *table;
    const struct pointer_graph *graph;
    const uint8_t *marks;
};

/* Answers for `count` addresses, in the same order: reads the roots, and the blocks on the paths, once more. The caller releases
 * the array with pointer_answers_finish(). */
struct pointer_answer *who_points_at(const struct pointer_question *question, const uint64_t *addresses, size_t count);
void pointer_answers_finish(struct pointer_answer *answers, size_t count);

#endif
