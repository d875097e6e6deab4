/* SPDX-License-Identifier: MIT */
#include "stack_sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

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

uint32_t stack_sites_add_heap_site(struct stack_sites *sites, const struct heap_site *site)
{
    return stack_sites_add(
        sites,
        &(struct call_stack){.frames = (uint64_t *)site->frames, .frame_count = site->frame_count, .generation = site->generation});
}

struct call_stack stack_sites_copy(const struct stack_sites *sites, uint32_t id)
{
    return id > 0 && id <= sites->count ? copy_stack(sites->stacks[id - 1]) : (struct call_stack){0};
}

static struct stack_finding finding_with_stacks(const struct stack_sites *sites, struct site_finding *found)
{
    struct stack_finding finding = {.id = found->id,
                                    .severity = found->severity,
                                    .what = found->what,
                                    .numbers = found->numbers,
                                    .remedy = found->remedy,
                                    .count = found->count,
                                    .stack_count = found->place_count};

    found->what = found->numbers = NULL;
    for (size_t i = 0; i < found->place_count; i++) {
        finding.roles[i] = found->places[i].role;
        finding.stacks[i] = stack_sites_copy(sites, found->places[i].site);
    }
    return finding;
}

struct stack_finding *stack_sites_findings(const struct stack_sites *sites, struct site_finding_list *list)
{
    struct stack_finding *findings = xcalloc(list->count, sizeof *findings);

    for (size_t i = 0; i < list->count; i++)
        findings[i] = finding_with_stacks(sites, &list->items[i]);
    site_finding_list_finish(list);
    return findings;
}
