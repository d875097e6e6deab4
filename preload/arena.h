/* SPDX-License-Identifier: MIT
 * Memory for the ledger: mapped in steps, handed out by bumping, never given back. Lock-free and async-signal-safe. */
#ifndef LW_ARENA_H
#define LW_ARENA_H

#include <stddef.h>

/* Zeroed memory, 64-byte aligned, for the life of the process. NULL: the kernel refused (counted by the caller, never fatal). */
void *arena_allocate(size_t size);

/* Maps the first arena and the spare. Returns 0, or -1 if the kernel refused. */
int arena_init(void);

#endif
