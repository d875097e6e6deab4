/* SPDX-License-Identifier: MIT */
#include "stack_sites.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

void stack_sites_finish(struct stack_sites *sites)
{
    for (size_t i = 0; i < sites->count; i++) {
        free(sites->stacks[i]->frames);
        free(sites->stacks[i]);
    }
    free(sites->stacks);
    hash_table_finish(&sites->table);
    *sites = (struct stack_sites){0};
}

/* The entries of the hash table are these, so that an id comes with the stack. */
struct entry {
    struct call_stack stack; /* the first member: what sites->stacks point to */
    uint32_t id;
};

static bool is_equal(const void *entry, const void *key)
{
    const struct call_stack *a = &((const struct entry *)entry)->stack, *b = key;

    return a->generation == b->generation && a->frame_count == b->frame_count &&
           memcmp(a->frames, b->frames, a->frame_count * sizeof *a->frames) == 0;
}

static struct call_stack copy_stack(const struct call_stack *stack)
{
    struct call_stack copy = *stack;

    copy.frames = xreallocarray(NULL, stack->frame_count, sizeof *copy.frames);
    memcpy(copy.frames, stack->frames, stack->frame_count * sizeof *copy.frames);
    return copy;
}

uint32_t stack_sites_add(struct stack_sites *sites, const struct call_stack *stack)
{
    if (stack->frame_count == 0)
        return 0;
    const uint64_t hash = hash_mix(hash_bytes(stack->frames, stack->frame_count * sizeof *stack->frames), stack->generation);
    struct entry *entry = hash_table_find(&sites->table, hash, is_equal, stack);
    if (entry)
        return entry->id;
    entry = xmalloc(sizeof *entry);
    *entry = (struct entry){copy_stack(stack), (uint32_t)sites->count + 1};
    sites->stacks = xgrow(sites->stacks, &sites->capacity, sites->count + 1, sizeof *sites->stacks);
    sites->stacks[sites->count++] = &entry->stack;
    hash_table_add(&sites->table, hash, entry);
    return entry->id;
}

struct call_stack stack_sites_copy(const struct stack_sites *sites, uint32_t id)
{
    return id > 0 && id <= sites->count ? copy_stack(sites->stacks[id - 1]) : (struct call_stack){0};
}
