/* SPDX-License-Identifier: MIT
 * The functions behind the hooks: the next definition after ours in symbol order. */
#ifndef LW_REAL_H
#define LW_REAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "shim.h"

struct real {
#define HOOK(name, result, parameters) result(*name) parameters;
#include "hooks.def"
#undef HOOK
};
extern struct real real;

/* Whether the real functions are known; looks them up at the first call, by whatever thread. False while that is under way: the
 * lookup itself may allocate, and is served by early_*(). */
bool real_ready_slow(void);

static inline bool real_ready(void)
{
    return likely(lw_ledger.flags & LW_READY) || real_ready_slow();
}

/* The state of nearly all calls, in one test: the real functions are known, and no allocation is to fail on purpose. */
static inline bool real_usual(void)
{
    return likely((lw_ledger.flags & (LW_READY | LW_FAILING)) == LW_READY);
}

/* The shim was loaded into a running process: what it hooks is the first in the search order of the program, whose handle this is;
 * ours are not in it. Before real_ready(). */
void real_come_late(void *program);

/* Looks for a C++ operator in libraries that came later and are not in the global scope. NULL: nobody defines it. */
void *real_find_late(const char *name);

/* Memory for allocations during the lookup. Never given back. */
void *early_allocate(size_t size, size_t alignment);
bool early_owns(const void *block);
size_t early_size(const void *block);

#endif
