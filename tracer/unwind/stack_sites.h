/* SPDX-License-Identifier: MIT
 *
 * Stacks by number: each is kept once, for the whole session, so that what is known of an address space is numbers only. */
#ifndef LEAKWATCH_TRACER_UNWIND_STACK_SITES_H
#define LEAKWATCH_TRACER_UNWIND_STACK_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "heap/snapshot.h"
#include "records/call_stack.h"
#include "records/site_finding.h"

/* All zero: none is known. Ids count up from 1; 0 stands for a stack that is not known. */
struct stack_sites {
    struct call_stack **stacks; /* [id - 1] */
    size_t count, capacity;
    struct hash_table table;
};

void stack_sites_finish(struct stack_sites *sites);
/* The id of a stack, which is copied if it is new; 0 if it has no frames. */
uint32_t stack_sites_add(struct stack_sites *sites, const struct call_stack *stack);
/* The same of a call site of the ledger. */
uint32_t stack_sites_add_heap_site(struct stack_sites *sites, const struct heap_site *site);
/* A copy that the caller owns; without frames of id 0. */
struct call_stack stack_sites_copy(const struct stack_sites *sites, uint32_t id);
/* The findings of `list`, which is released, with stacks: an array that the caller owns. */
struct stack_finding *stack_sites_findings(const struct stack_sites *sites, struct site_finding_list *list);

#endif
