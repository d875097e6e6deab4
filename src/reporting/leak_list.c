/* SPDX-License-Identifier: MIT */
#include "leak_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "heap/snapshot.h"

const char *leak_allocator_name(unsigned allocator)
{
    static const char *const names[] = {[HEAP_MALLOC] = "malloc", [HEAP_NEW] = "new", [HEAP_NEW_ARRAY] = "new[]"};
    return allocator < sizeof names / sizeof *names ? names[allocator] : "unknown";
}

/* How many frames of the stack tell it from others. */
static size_t telling_frames(const struct leak_list *list, const struct report_stack *stack)
{
    return list->resolution > 0 && list->resolution < stack->frame_count ? list->resolution : stack->frame_count;
}

static bool same_stack(const struct leak_list *list, const struct report_stack *left, const struct report_stack *right)
{
    const size_t count = telling_frames(list, left);

    if (count != telling_frames(list, right) || left->content != right->content)
        return false;
    if (list->resolution == 0 && left->truncated != right->truncated)
        return false;
    for (size_t i = 0; i < count; i++)
        if (left->frames[i] != right->frames[i])
            return false;
    return true;
}

static uint64_t hash_leak(const struct leak_list *list, const struct report_leak *leak)
{
    uint64_t hash = hash_mix(hash_mix(leak->kind, (uintptr_t)leak->allocator), (uintptr_t)leak->stack.content);

    for (size_t i = 0; i < telling_frames(list, &leak->stack); i++)
        hash = hash_mix(hash, (uintptr_t)leak->stack.frames[i]);
    return hash;
}

struct sought_leak {
    const struct leak_list *list;
    const struct report_leak *leak;
};

static bool same_leak(const void *entry, const void *key)
{
    const struct sought_leak *sought = key;
    const struct report_leak *leak = &sought->list->leaks[(uintptr_t)entry - 1];

    return leak->kind == sought->leak->kind && leak->allocator == sought->leak->allocator &&
           same_stack(sought->list, &leak->stack, &sought->leak->stack);
}

static void add_amount(struct leak_amount *sum, struct leak_amount amount)
{
    sum->blocks += amount.blocks;
    sum->bytes += amount.bytes;
}

static void add_examples(struct report_leak *leak, const struct leak_record *record, size_t most)
{
    size_t count = record->example_count < most - leak->example_count ? record->example_count : most - leak->example_count;

    if (count == 0)
        return;
    leak->examples = xreallocarray(leak->examples, leak->example_count + count, sizeof *leak->examples);
    for (size_t i = 0; i < count; i++)
        leak->examples[leak->example_count++] =
            (struct report_example){.address = record->examples[i].address, .size = record->examples[i].size};
}

void leak_list_add(struct leak_list *list, const struct leak_record *record, const struct report_stack *stack, size_t examples)
{
    struct report_leak leak = {
        .kind = record->kind,
        .direct = record->direct,
        .indirect = record->indirect,
        .allocator = leak_allocator_name(record->allocator),
        .cycle = record->cycle,
        .stack = *stack,
    };
    struct sought_leak sought = {list, &leak};
    uint64_t hash = hash_leak(list, &leak);
    uintptr_t found = (uintptr_t)hash_table_find(&list->merged, hash, same_leak, &sought);

    if (found != 0) {
        struct report_leak *same = &list->leaks[found - 1];
        add_amount(&same->direct, leak.direct);
        add_amount(&same->indirect, leak.indirect);
        same->cycle |= leak.cycle;
        add_examples(same, record, examples);
        return;
    }
    list->leaks = xgrow(list->leaks, &list->capacity, list->count + 1, sizeof *list->leaks);
    add_examples(&leak, record, examples);
    list->leaks[list->count++] = leak;
    hash_table_add(&list->merged, hash, (void *)(uintptr_t)list->count);
}

static int compare_numbers(uint64_t left, uint64_t right)
{
    return left < right ? -1 : left > right;
}

/* By places in files, which are the same in every run, unlike addresses. */
static int compare_stacks(const struct report_stack *left, const struct report_stack *right)
{
    for (size_t i = 0; i < left->frame_count && i < right->frame_count; i++) {
        int order = compare_numbers(left->frames[i]->offset, right->frames[i]->offset);
        if (order != 0)
            return order;
    }
    return compare_numbers(left->frame_count, right->frame_count);
}

static int compare_leaks(const void *a, const void *b)
{
    const struct report_leak *left = a, *right = b;
    int order = compare_numbers(left->kind, right->kind);

    if (order == 0)
        order = compare_numbers(right->direct.bytes + right->indirect.bytes, left->direct.bytes + left->indirect.bytes);
    if (order == 0)
        order = compare_numbers(right->direct.blocks + right->indirect.blocks, left->direct.blocks + left->indirect.blocks);
    return order != 0 ? order : compare_stacks(&left->stack, &right->stack);
}

void leak_list_finish(struct leak_list *list)
{
    if (list->count > 0)
        qsort(list->leaks, list->count, sizeof *list->leaks, compare_leaks);
    hash_table_finish(&list->merged);
}
