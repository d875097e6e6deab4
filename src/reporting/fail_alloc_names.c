/* SPDX-License-Identifier: MIT */
#include "fail_alloc_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_names.h"

/* ---- Frames ---- */

/* The strings of both are from the same names: equal ones are the same. Without a module there is nothing but the address, which
 * means nothing in another run. */
static bool same_frame(const void *entry, const void *key)
{
    const struct report_frame *a = entry, *b = key;

    return a->module == b->module && a->offset == b->offset && a->function == b->function && a->file == b->file &&
           a->line == b->line && a->inlined == b->inlined;
}

static uint64_t hash_frame(const struct report_frame *frame)
{
    uint64_t hash = hash_mix(frame->offset, (uintptr_t)frame->module);

    hash = hash_mix(hash, (uintptr_t)frame->function);
    return hash_mix(hash, frame->line * UINT64_C(2) + frame->inlined);
}

static const struct report_frame *intern_frame(struct fail_alloc_names *names, const struct report_frame *frame)
{
    struct report_frame copy = *frame;

    if (frame->module != NULL)
        copy.address = frame->offset; /* where the module lay in one run means nothing for the others */
    copy.module = report_names_string(names->names, frame->module);
    copy.build_id = report_names_string(names->names, frame->build_id);
    copy.function = report_names_string(names->names, frame->function);
    copy.linkage_name = report_names_string(names->names, frame->linkage_name);
    copy.file = report_names_string(names->names, frame->file);
    uint64_t hash = hash_frame(&copy);
    struct report_frame *known = hash_table_find(&names->frames, hash, same_frame, &copy);
    if (known == NULL) {
        known = report_names_frames(names->names, 1);
        *known = copy;
        hash_table_add(&names->frames, hash, known);
    }
    return known;
}

/* ---- Stacks ---- */

struct stack_key {
    size_t count;
    const struct report_frame **frames;
};

static bool same_stack(const void *entry, const void *key)
{
    const struct report_frame *const *frames = entry;
    const struct stack_key *wanted = key;

    /* The one in the table has a NULL at its end, which no frame of the other is equal to. */
    for (size_t i = 0; i < wanted->count; i++)
        if (frames[i] != wanted->frames[i])
            return false;
    return frames[wanted->count] == NULL;
}

static uint64_t hash_stack(const struct stack_key *key)
{
    return hash_bytes(key->frames, key->count * sizeof *key->frames);
}

static const struct report_frame **intern_stack(struct fail_alloc_names *names, const struct stack_key *key)
{
    uint64_t hash = hash_stack(key);
    const struct report_frame **known = hash_table_find(&names->stacks, hash, same_stack, key);

    if (known == NULL) {
        known = report_names_stack(names->names, key->count + 1);
        memcpy(known, key->frames, key->count * sizeof *known);
        hash_table_add(&names->stacks, hash, known);
    }
    return known;
}

struct report_stack fail_alloc_names_stack(struct fail_alloc_names *names, const struct report_stack *stack)
{
    struct report_stack copy = {.truncated = stack->truncated, .frame_count = stack->frame_count};

    if (stack->frame_count == 0)
        return copy;
    struct stack_key key = {stack->frame_count, xcalloc(stack->frame_count, sizeof *key.frames)};
    for (size_t i = 0; i < stack->frame_count; i++)
        key.frames[i] = intern_frame(names, stack->frames[i]);
    copy.frames = intern_stack(names, &key);
    free(key.frames);
    return copy;
}

void fail_alloc_names_finish(struct fail_alloc_names *names)
{
    hash_table_finish(&names->frames);
    hash_table_finish(&names->stacks);
}
