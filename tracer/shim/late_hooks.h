/* SPDX-License-Identifier: MIT
 *
 * The hooks of a shim that was loaded into a running process: jumps in place of the beginnings of functions. Each leads to an
 * island near by, and from there to the shim, which calls the function through its beginning, moved to the island, too. Islands and
 * shim stay where they are, so that whoever is in them goes on unharmed when the jumps are taken out. A function whose beginning
 * cannot be moved is hooked where it is called instead, see late_slots.h. */
#ifndef LEAKWATCH_TRACER_SHIM_LATE_HOOKS_H
#define LEAKWATCH_TRACER_SHIM_LATE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/maps.h"
#include "preload/ledger.h"
#include "tracer/kernel/tracee_memory.h"
#include "borrowed_thread.h"

struct late_hooks {
    struct tracee_memory *memory; /* lent */
    uint64_t address;             /* of struct lw_late; 0: there is none */
    struct lw_late table;
    bool left_out[LW_LATE_HOOKS]; /* cannot be hooked, and need not be */
    bool by_slots[LW_LATE_HOOKS]; /* no jump can be put in */
};

/* Reads the shim's table of hooks at `address`. Returns 0; -ENOENT: the shim came with the program, and has none; -EPROTO: it is of
 * another version, or damaged. */
int late_hooks_read(struct late_hooks *hooks, struct tracee_memory *memory, uint64_t address);

/* Makes what the jumps lead to, in memory that the borrowed thread maps. What was made before is used again. Returns 0 or -errno
 * and stores why, for people; the caller frees that. */
int late_hooks_prepare(struct late_hooks *hooks, struct borrowed_thread *borrowed, const struct memory_maps *maps, char **problem);

/* Whether a jump would take the place of the instruction at this address, in its midst: nobody may be there. */
bool late_hooks_covers(const struct late_hooks *hooks, uint64_t address);

/* Whether this hook is not a jump, but slots lead to it; whether any is so. */
bool late_hooks_by_slots(const struct late_hooks *hooks, uint32_t index);
bool late_hooks_any_by_slots(const struct late_hooks *hooks);

/* Puts the hooks in, while all threads stand still; nobody is in the dynamic linker if some are hooked by slots. `debug`: address
 * of the linker's struct r_debug, 0 if that is not known. Returns 0, or -errno: none is in. */
int late_hooks_install(struct late_hooks *hooks, const struct memory_maps *maps, uint64_t debug);
/* Takes those out that are in, while all threads stand still. Returns 0 or -errno. */
int late_hooks_remove(struct late_hooks *hooks);

#endif
