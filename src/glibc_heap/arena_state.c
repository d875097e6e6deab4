/* SPDX-License-Identifier: MIT */
#include "arena_state.h"

#include <string.h>

#include "heap_walk.h"

#define NONCONTIGUOUS_BIT 2 /* malloc/malloc.c */
#define HALF_CHANGED_BINS 4

/* An empty bin points to itself, as if it were a chunk whose fd and bk are the bin's two words (bin_at); a bin that is not is left
 * by both pointers. Returns how many bins contradict themselves. */
static size_t contradicting_bins(const struct arena_state *state, const struct arena_layout *layout)
{
    size_t count = 0;

    for (size_t bin = 1; bin < BIN_COUNT; bin++) {
        uint64_t self = state->address + layout->bins + 16 * (bin - 1) - CHUNK_HEADER;
        uint64_t fd = state->bins[2 * (bin - 1)], bk = state->bins[2 * (bin - 1) + 1];
        count += (fd == self) != (bk == self) || fd == 0 || bk == 0 || fd % 8 != 0 || bk % 8 != 0;
    }
    return count;
}

static bool read_top(struct heap_walk *walk, const struct arena_layout *layout, struct arena_state *state)
{
    uint64_t head;

    if (state->top == state->address + layout->bins - CHUNK_HEADER) /* no memory yet */
        return true;
    if (state->top % CHUNK_ALIGN != 0 || !heap_walk_memory_end(walk, state->top) ||
        !target_word(&walk->reader, state->top + 8, &head))
        return false;
    state->top_size = head & ~SIZE_FLAGS;
    state->top_flags = head & SIZE_FLAGS;
    return true;
}

static bool read_fields(struct heap_walk *walk, const struct arena_layout *layout, uint64_t address, struct arena_state *state)
{
    uint64_t words[0x898 / 8];

    *state = (struct arena_state){.address = address};
    if (!target_words(&walk->reader, address, words, layout->size / 8))
        return false;
    state->mutex = (uint32_t)words[0];
    state->contiguous = !(words[0] >> 32 & NONCONTIGUOUS_BIT);
    if (layout->fast_bins)
        memcpy(state->fast_bins, words + layout->fast_bins / 8, sizeof state->fast_bins);
    for (size_t bin = 0; bin < FAST_BIN_COUNT; bin++)
        state->fast_bins_used |= (uint32_t)(state->fast_bins[bin] != 0) << bin;
    memcpy(state->bins, words + layout->bins / 8, sizeof state->bins);
    state->top = words[layout->top / 8];
    state->next = words[layout->next / 8];
    state->system_mem = words[layout->system_mem / 8];
    state->max_system_mem = words[layout->system_mem / 8 + 1];
    return state->top != 0 && state->system_mem <= state->max_system_mem;
}

bool arena_state_read(struct heap_walk *walk, const struct arena_layout *layout, uint64_t address, struct arena_state *state)
{
    return read_fields(walk, layout, address, state) && read_top(walk, layout, state) && contradicting_bins(state, layout) == 0;
}

bool arena_state_is_main(struct heap_walk *walk, const struct arena_layout *layout, uint64_t address)
{
    struct arena_state state;
    uint64_t at;

    /* A process may have been stopped anywhere, or be damaged: the arena is to be found even with a few bins in disorder. */
    if (!read_fields(walk, layout, address, &state) || contradicting_bins(&state, layout) > HALF_CHANGED_BINS)
        return false;
    at = state.next;
    for (size_t hops = 0; hops < ARENA_COUNT_MAX; hops++) {
        if (at == address)
            return true;
        if (at % 8 != 0 || !heap_walk_memory_end(walk, at) || !target_word(&walk->reader, at + layout->next, &at))
            return false;
    }
    return false;
}
