/* SPDX-License-Identifier: MIT
 *
 * Who points at a block, as a report says it: answers of the heap analysis with names. Part of the report model. */
#ifndef LEAKWATCH_MODEL_POINTER_REPORT_H
#define LEAKWATCH_MODEL_POINTER_REPORT_H

#include "report_model.h"

/* What holds a pointer. */
enum report_holder {
    HOLDER_BLOCK,
    HOLDER_DATA,     /* static data of a module */
    HOLDER_MEMORY,   /* other memory */
    HOLDER_STACK,    /* of a thread, or of none that is known */
    HOLDER_REGISTER, /* of a thread */
    HOLDER_THREAD,   /* the block belongs to a thread: its stack, or its vector of thread-local variables */
    HOLDER_KERNEL,   /* such as the data of epoll_ctl(2) */
    HOLDER_RANGE,    /* memory that the program has registered as a root */
    HOLDER_EXEMPT,   /* none: the block is never reported, by the program's wish or as the dynamic linker's */
};

struct report_block {
    uint64_t address, size;
    enum leak_kind kind;
    const char *allocator;     /* static */
    struct report_stack stack; /* where it was taken, or what it is */
};

struct report_pointer {
    enum report_holder holder;
    uint64_t address; /* where the pointer lies; 0: in no memory */
    uint64_t offset;  /* how far from the start of the block it leads to; 0: to the start */
    int thread;       /* HOLDER_REGISTER, HOLDER_THREAD; HOLDER_STACK and HOLDER_MEMORY (its thread-local variables): 0 if none */
    const char *register_name;   /* HOLDER_REGISTER; static */
    bool stack_offset_known;     /* HOLDER_STACK */
    uint64_t stack_offset;       /* from the stack pointer */
    const char *module, *symbol; /* HOLDER_DATA; symbol: NULL if not known */
    uint64_t symbol_offset;      /* without a symbol: address as the module's symbol table has it */
    struct report_block block;   /* HOLDER_BLOCK */
    uint64_t block_offset;       /* of the pointer in that block */
};

struct report_pointer_path {
    struct report_pointer *steps; /* from a root; the last one leads to the block; owned */
    size_t step_count;
    size_t left_out, left_out_at; /* so many steps are left out in front of step left_out_at */
};

struct report_pointers { /* to one block */
    uint64_t address;    /* as it was asked for */
    bool found;          /* a live block is there; else nothing below is set */
    struct report_block block;
    uint64_t roots, blocks, lost_blocks; /* that point to it: places in roots, blocks that can be reached, others */
    struct report_pointer_path *paths;   /* the shortest first; owned */
    size_t path_count;
    struct report_pointer *lost; /* pointers of lost blocks; owned */
    size_t lost_count;
};

void pointer_reports_finish(struct report_pointers *reports, size_t count);

#endif
