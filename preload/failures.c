/* SPDX-License-Identifier: MIT */
#include "failures.h"

#include "blocks.h"

void failures_begin(void)
{
    if (lw_ledger.failures.first != 0)
        __atomic_or_fetch(&lw_ledger.flags, LW_FAILING, __ATOMIC_RELEASE);
}

bool failure_due(uint64_t size, const struct caller *caller)
{
    struct lw_failures *failures = &lw_ledger.failures;
    if (!(__atomic_load_n(&lw_ledger.flags, __ATOMIC_ACQUIRE) & LW_FAILING))
        return false;
    /* One counter for all threads: whichever draws the number fails, and no other. */
    uint64_t number = __atomic_add_fetch(&failures->seen, 1, __ATOMIC_RELAXED);
    if (number < failures->first || number > failures->last)
        return false;
    if (__atomic_fetch_add(&failures->made, 1, __ATOMIC_RELAXED) == 0) {
        __atomic_store_n(&failures->bytes, size, __ATOMIC_RELAXED);
        __atomic_store_n(&failures->site, block_call_site(caller), __ATOMIC_RELEASE);
    }
    return true;
}
