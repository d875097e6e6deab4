/* SPDX-License-Identifier: MIT */
#include "ledger_lookup.h"

#include <assert.h>
#include <stddef.h>

#include "ledger_source.h"

enum { WINDOW = 256 };

/* Words of some granules in a row, all of one chunk. */
struct window {
    struct ledger_source source;
    uint64_t ledger; /* its address */
    unsigned shift;  /* of a granule */
    bool free_stacks;
    uint64_t first; /* address that words[0] stands for */
    size_t count;
    uint64_t words[WINDOW];
};

static uint64_t granule_size(const struct window *window)
{
    return UINT64_C(1) << window->shift;
}

/* Reads `count` words from the granule at `first` on. Returns false where nothing was ever recorded. */
static bool read_window(struct window *window, uint64_t first, size_t count)
{
    const uint64_t place =
        offsetof(struct lw_ledger, directory) + (first >> LW_TABLE_SHIFT & (LW_DIRECTORY_ENTRIES - 1)) * sizeof(uint64_t);
    uint64_t table, chunk;

    window->first = first;
    window->count = count;
    if (!ledger_source_read(&window->source, window->ledger + place, &table, sizeof table) || table == 0)
        return false;
    table += (first >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)) * sizeof(uint64_t);
    if (!ledger_source_read(&window->source, table, &chunk, sizeof chunk) || chunk == 0)
        return false;
    chunk += ((first & (LW_CHUNK_SPAN - 1)) >> window->shift) * sizeof(uint64_t);
    return ledger_source_read(&window->source, chunk, window->words, count * sizeof *window->words);
}

static uint64_t block_address(const struct window *window, size_t i)
{
    const uint64_t granule = window->first + ((uint64_t)i << window->shift);

    return window->shift == LW_GRANULE_SHIFT_GLIBC ? granule | LW_WORD_HALF(window->words[i]) << 4 : granule;
}

static void decode(const struct window *window, size_t i, struct ledger_block *block)
{
    const uint64_t word = window->words[i], field = LW_WORD_SIZE_FIELD(word);
    const bool has_stack = LW_WORD_STATE(word) == LW_WORD_FREED && window->free_stacks;

    *block = (struct ledger_block){
        .address = block_address(window, i),
        .size = has_stack || field == LW_SIZE_ELSEWHERE ? 0 : field,
        .taken_site = LW_WORD_SITE(word),
        .given_site = has_stack ? (uint32_t)field : 0,
    };
}

/* The last word of the window that tells of a block at the address or before it. Returns whether there is one. */
static bool last_block(const struct window *window, uint64_t address, size_t *index)
{
    for (size_t i = window->count; i-- > 0;) {
        const enum lw_word_state state = LW_WORD_STATE(window->words[i]);
        if ((state == LW_WORD_LIVE || state == LW_WORD_FREED) && block_address(window, i) <= address) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* The block that began last at the address or before it, if it is in this state and not too small to hold the address. */
static bool find_around(struct window *window, uint64_t address, enum lw_word_state state, struct ledger_block *block)
{
    const uint64_t base = address & -LW_CHUNK_SPAN;
    uint64_t end = (address & -granule_size(window)) + granule_size(window);
    size_t index;

    while (end > base) {
        const uint64_t left = (end - base) >> window->shift;
        const size_t count = left < WINDOW ? left : WINDOW;
        if (!read_window(window, end - ((uint64_t)count << window->shift), count))
            return false;
        if (last_block(window, address, &index)) {
            decode(window, index, block);
            return LW_WORD_STATE(window->words[index]) == state && (block->size == 0 || block->address + block->size > address);
        }
        end = window->first;
    }
    return false;
}

/* The first freed block that began in [start, end). */
static bool find_freed_within(struct window *window, uint64_t start, uint64_t end, struct ledger_block *block)
{
    for (uint64_t at = start & -granule_size(window); at < end;) {
        const uint64_t chunk_end = (at & -LW_CHUNK_SPAN) + LW_CHUNK_SPAN, stop = chunk_end < end ? chunk_end : end;
        const uint64_t left = (stop - at + granule_size(window) - 1) >> window->shift;
        const size_t count = left < WINDOW ? left : WINDOW;
        const bool any = read_window(window, at, count);
        for (size_t i = 0; any && i < count; i++) {
            const uint64_t address = block_address(window, i);
            if (LW_WORD_STATE(window->words[i]) == LW_WORD_FREED && address >= start && address < end) {
                decode(window, i, block);
                return true;
            }
        }
        at = any ? at + ((uint64_t)count << window->shift) : chunk_end;
    }
    return false;
}

/* ---- Questions ---- */

/* Returns false if there is no ledger that can be asked. */
static bool open_ledger(struct window *window, const struct memory_view *memory, uint64_t ledger)
{
    struct {
        uint32_t flags, off_reason, granule_shift;
    } head;

    static_assert(offsetof(struct lw_ledger, granule_shift) - offsetof(struct lw_ledger, flags) == 8, "read at once");
    window->source.memory = memory;
    window->ledger = ledger;
    if (ledger == 0 || !ledger_source_read(&window->source, ledger + offsetof(struct lw_ledger, flags), &head, sizeof head))
        return false;
    window->free_stacks = head.flags & LW_FREE_STACKS;
    window->shift = head.granule_shift;
    return window->shift == LW_GRANULE_SHIFT_GLIBC || window->shift == LW_GRANULE_SHIFT_OTHER;
}

/* Without what was read from the ledger it is not known where its parts may lie. */
static struct address_range anywhere = {0, UINT64_C(1) << 47};

bool ledger_find_live(const struct memory_view *memory, uint64_t ledger, uint64_t address, struct ledger_block *block)
{
    struct window window = {.source = {.extents = &anywhere, .extent_count = 1}};

    return open_ledger(&window, memory, ledger) && find_around(&window, address, LW_WORD_LIVE, block);
}

bool ledger_is_live(const struct memory_view *memory, uint64_t ledger, uint64_t address)
{
    struct window window = {.source = {.extents = &anywhere, .extent_count = 1}};

    return open_ledger(&window, memory, ledger) && read_window(&window, address & -granule_size(&window), 1) &&
           LW_WORD_STATE(window.words[0]) == LW_WORD_LIVE && block_address(&window, 0) == address;
}

bool ledger_find_freed(const struct memory_view *memory, uint64_t ledger, const struct ledger_contents *contents, uint64_t start,
                       uint64_t end, struct ledger_block *block)
{
    struct window window = {.source = {.extents = contents->memory, .extent_count = contents->memory_count}};

    if (!open_ledger(&window, memory, ledger) ||
        (!find_around(&window, start, LW_WORD_FREED, block) && !find_freed_within(&window, start, end, block)))
        return false;
    block->taken_site = block->taken_site < contents->site_count ? block->taken_site : 0;
    block->given_site = block->given_site < contents->site_count ? block->given_site : 0;
    return true;
}
