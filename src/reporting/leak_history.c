/* SPDX-License-Identifier: MIT */
#include "leak_history.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/xalloc.h"

struct lost_block {
    uint64_t address : 48;
    uint64_t looks : 16;
    uint64_t size;
};
_Static_assert(sizeof(struct lost_block) == 16, "what the header promises");

struct leak_history {
    struct lost_block *before, *now; /* in ascending order */
    size_t before_count, count, capacity;
    size_t next; /* the first of those before that may be the same block as one to come */
};

struct leak_history *leak_history_create(void)
{
    return xcalloc(1, sizeof(struct leak_history));
}

void leak_history_destroy(struct leak_history *history)
{
    if (history == NULL)
        return;
    free(history->before);
    free(history->now);
    free(history);
}

void leak_history_begin(struct leak_history *history)
{
    history->now = NULL;
    history->count = history->capacity = history->next = 0;
}

static uint32_t looks_before(struct leak_history *history, uint64_t address, uint64_t size)
{
    while (history->next < history->before_count && history->before[history->next].address < address)
        history->next++;
    if (history->next == history->before_count)
        return 0;
    const struct lost_block *block = &history->before[history->next];
    return block->address == address && block->size == size ? block->looks : 0;
}

uint32_t leak_history_note(struct leak_history *history, uint64_t address, uint64_t size)
{
    uint32_t looks = looks_before(history, address, size);

    if (looks < LEAK_HISTORY_LOOKS_MAX)
        looks++;
    history->now = xgrow(history->now, &history->capacity, history->count + 1, sizeof *history->now);
    history->now[history->count++] =
        (struct lost_block){.address = address & ((UINT64_C(1) << 48) - 1), .looks = looks & 0xffff, .size = size};
    return looks;
}

void leak_history_end(struct leak_history *history)
{
    free(history->before);
    history->before = history->now;
    history->before_count = history->count;
    history->now = NULL;
}
