/* SPDX-License-Identifier: MIT */
#include "root_regions.h"

#include <stdbool.h>

#include "shim.h"

static bool extend(uint64_t address, uint64_t size)
{
    for (unsigned i = 0; i < LW_ROOT_REGIONS; i++) {
        struct lw_root_region *region = &lw_ledger.root_regions[i];
        uint64_t old = __atomic_load_n(&region->size, __ATOMIC_ACQUIRE);
        if (old != 0 && region->address + old == address &&
            __atomic_compare_exchange_n(&region->size, &old, old + size, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

void root_region_add(uint64_t address, uint64_t size)
{
    if (size == 0 || extend(address, size))
        return;
    for (unsigned i = 0; i < LW_ROOT_REGIONS; i++) {
        uint64_t expected = 0;
        if (!__atomic_compare_exchange_n(&lw_ledger.root_regions[i].size, &expected, size, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            continue;
        lw_ledger.root_regions[i].address = address;
        uint32_t count = __atomic_load_n(&lw_ledger.root_region_count, __ATOMIC_RELAXED);
        while (count <= i &&
               !__atomic_compare_exchange_n(&lw_ledger.root_region_count, &count, i + 1, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            continue;
        return;
    }
}

void root_region_remove(uint64_t address, uint64_t size)
{
    for (unsigned i = 0; i < LW_ROOT_REGIONS; i++)
        if (lw_ledger.root_regions[i].address == address && lw_ledger.root_regions[i].size == size) {
            __atomic_store_n(&lw_ledger.root_regions[i].size, 0, __ATOMIC_RELEASE);
            return;
        }
}
