/* SPDX-License-Identifier: MIT
 *
 * Why the kernel refused a request for memory. Pure. */
#ifndef LEAKWATCH_LIMITS_REFUSAL_H
#define LEAKWATCH_LIMITS_REFUSAL_H

#include <stdbool.h>

#include "records/refused_call.h"

/* What a call asked for. */
struct memory_request {
    uint64_t bytes;     /* whole pages; 0: none */
    bool new_addresses; /* it makes the address space larger: RLIMIT_AS */
    bool data;          /* private and writable: RLIMIT_DATA */
    bool committed;     /* overcommit is held to it (mm/vma.c, accountable_mapping()) */
    bool maps;          /* it may need one more mapping: vm.max_map_count */
    bool task;          /* one more thread or process */
    bool stack;         /* it is the main stack: RLIMIT_STACK */
    bool locked;        /* it would be locked: RLIMIT_MEMLOCK */
};

/* Fills call->limits with those of the list that the request is beyond (may_expand_vm(), __vm_enough_memory()). The list was made
 * when the call had failed. Of calls that lock memory see src/locks. */
void refusal_explain(const struct limit_list *list, const struct memory_request *request, struct refused_call *call);

#endif
