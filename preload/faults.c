/* SPDX-License-Identifier: MIT */
#include "faults.h"

static bool fault_equals(const struct lw_fault *entry, const struct fault *fault)
{
    return entry->kind == (uint32_t)fault->kind && entry->site == fault->site && entry->taken_site == fault->taken_site &&
           entry->given_site == fault->given_site && entry->taken_family == fault->taken_family &&
           entry->given_family == fault->given_family;
}

static bool fault_count_again(const struct fault *fault)
{
    uint32_t used = __atomic_load_n(&lw_ledger.fault_count, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < used && i < LW_FAULTS; i++) {
        struct lw_fault *entry = &lw_ledger.faults[i];
        if (__atomic_load_n(&entry->kind, __ATOMIC_ACQUIRE) != 0 && fault_equals(entry, fault)) {
            if (entry->count != UINT16_MAX)
                entry->count++;
            return true;
        }
    }
    return false;
}

void fault_record(const struct fault *fault)
{
    if (fault_count_again(fault))
        return;
    uint32_t index = __atomic_fetch_add(&lw_ledger.fault_count, 1, __ATOMIC_ACQ_REL);
    if (index >= LW_FAULTS)
        return;
    struct lw_fault *entry = &lw_ledger.faults[index];
    entry->thread = fault->thread;
    entry->address = fault->address;
    entry->size = fault->size;
    entry->site = fault->site;
    entry->taken_site = fault->taken_site;
    entry->given_site = fault->given_site;
    entry->taken_family = fault->taken_family;
    entry->given_family = fault->given_family;
    entry->count = 1;
    __atomic_store_n(&entry->kind, (uint32_t)fault->kind, __ATOMIC_RELEASE); /* last: the entry is complete */
}
