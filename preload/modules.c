/* SPDX-License-Identifier: MIT */
#include "modules.h"

#include <link.h>

#include "rows.h"
#include "shim.h"

static int read_unload_count(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    *(uint64_t *)data = info->dlpi_subs;
    return 1; /* the same for all modules: one is enough */
}

uint64_t modules_unloaded(void)
{
    uint64_t count = 0;
    dl_iterate_phdr(read_unload_count, &count);
    return count;
}

void modules_changed(void)
{
    rows_flush();
    __atomic_add_fetch(&lw_ledger.generation, 1, __ATOMIC_RELEASE);
}
