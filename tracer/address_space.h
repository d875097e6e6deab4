/* SPDX-License-Identifier: MIT
 *
 * An address space: what belongs to the memory, not to a process or thread. Threads share it, and so do processes made with
 * CLONE_VM or vfork; fork copies it; exec makes a new one. */
#ifndef LEAKWATCH_TRACER_ADDRESS_SPACE_H
#define LEAKWATCH_TRACER_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/address_range.h"
#include "locks/lock_replay.h"
#include "tracer/kernel/tracee_memory.h"
#include "tracer/limits/raised_limits.h"
#include "tracer/modules/module_history.h"
#include "tracer/unwind/unwinder.h"

struct cold_watch;

/* What was read from the running ledger last, without stopping anything. */
struct ledger_sample {
    bool valid;
    uint64_t live_bytes, peak_bytes, mapped_bytes;
    uint64_t peak_at_ns; /* when a sample first saw this peak, since the session began */
};

struct address_space {
    unsigned users; /* processes */
    pid_t owner;    /* the process it was made for: the one whose report speaks of its heap */
    struct tracee_memory memory;
    bool copied;        /* made by fork: counts in its memory go on from those of another process */
    bool shim_expected; /* the image was started with the shim */
    bool shim_mapped;   /* the shim's file was seen being mapped */
    uint64_t ledger;    /* address of struct lw_ledger; 0: not found yet */
    struct ledger_sample sample;
    struct module_history modules;
    struct address_range *stacks; /* mapped with MAP_STACK and not unmapped since */
    size_t stack_count, stack_capacity;
    struct code_map code; /* for walks from outside */
    struct lock_replay locks;
    struct own_memory own;
    struct cold_watch *cold; /* NULL: nobody has asked what is not touched */
};

/* Made by exec: nothing is known yet. Never NULL; released by address_space_unref(). */
struct address_space *address_space_create(pid_t owner);
/* Made by fork: the same contents, in memory of its own. */
struct address_space *address_space_copy(const struct address_space *original, pid_t owner);
struct address_space *address_space_ref(struct address_space *space);
void address_space_unref(struct address_space *space);

/* A mapping for a thread's stack came; any range of addresses was unmapped or replaced. */
void address_space_add_stack(struct address_space *space, uint64_t start, uint64_t size);
void address_space_remove_stacks(struct address_space *space, uint64_t start, uint64_t size);

#endif
