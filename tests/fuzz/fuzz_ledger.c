/* SPDX-License-Identifier: MIT
 *
 * A small true ledger with parts overwritten: whatever the memory holds, what the reader makes of it is well-formed.
 *
 * The input is a list of 16-byte patches: a place (32 bits), a length in words (16 bits), how the value is to be understood (16
 * bits), a value (64 bits). Values may be relative to the ledger, so that pointers to plausible places come up often. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "preload/ledger.h"
#include "tracer/ledger/ledger_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE        UINT64_C(0x7f0000000000)
#define HEAP        UINT64_C(0x555500000000)
#define PATCHES_MAX 64

struct patch {
    uint32_t place;
    uint16_t words;
    uint16_t meaning; /* 0: as it stands; 1: relative to the ledger; else: an address of the heap */
    uint64_t value;
};

/* What lies at BASE: the ledger in the shim's data, and behind it one arena with everything that the ledger points to. */
struct image {
    struct lw_ledger ledger;
    struct lw_arena arena;
    uint64_t table[LW_TABLE_ENTRIES];
    uint64_t chunk[LW_CHUNK_SPAN >> LW_GRANULE_SHIFT_GLIBC];
    struct lw_site sites[LW_SITE_SEGMENT_SIZE];
    struct lw_thread thread;
    uint64_t frames[64];
    char text[64];
};

static struct image original, image;

static uint64_t address_of(const void *member)
{
    return BASE + (uint64_t)((const char *)member - (const char *)&original);
}

static size_t read_image(void *context, uint64_t address, void *buffer, size_t size)
{
    if (address < BASE || address - BASE >= sizeof image)
        return 0;
    size_t room = sizeof image - (address - BASE);
    if (size > room)
        size = room;
    memcpy(buffer, (const char *)&image + (address - BASE), size);
    return size;
}

static void make_sites(void)
{
    for (uint32_t id = 1; id <= 8; id++) {
        original.sites[id] = (struct lw_site){.hash = id * 77,
                                              .frames = address_of(&original.frames[id * 4]),
                                              .frame_count = (uint16_t)(id % 4 + 1),
                                              .taken_blocks = id,
                                              .taken_bytes = id * 100};
        original.frames[id * 4] = 0x401000 + id;
    }
    original.ledger.site_count = 8;
    original.ledger.site_segments[0] = address_of(original.sites);
}

static void make_blocks(void)
{
    original.ledger.directory[HEAP >> LW_TABLE_SHIFT & (LW_DIRECTORY_ENTRIES - 1)] = address_of(original.table);
    original.table[HEAP >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)] = address_of(original.chunk);
    for (uint64_t i = 0; i < 200; i++)
        original.chunk[i * 4] = LW_WORD_LIVE | (i % LW_FAMILIES) << 3 | (i % 100) << 16 | (i % 9) << 40;
    original.chunk[900] = LW_WORD_LIVE | LW_SIZE_ELSEWHERE << 16 | UINT64_C(3) << 40;
    original.chunk[901] = LW_WORD_SIZE | (UINT64_C(1) << 24) << 2;
}

static void make_original(void)
{
    struct lw_ledger *ledger = &original.ledger;
    ledger->magic = LW_LEDGER_MAGIC;
    ledger->version = LW_LEDGER_VERSION;
    ledger->size = sizeof *ledger;
    ledger->flags = LW_READY | LW_GLIBC;
    ledger->granule_shift = LW_GRANULE_SHIFT_GLIBC;
    ledger->arenas = address_of(&original.arena);
    ledger->threads = address_of(&original.thread);
    ledger->thread_count = 1;
    ledger->suppressions = address_of(original.text);
    ledger->fault_count = 1;
    ledger->faults[0] = (struct lw_fault){.kind = LW_FAULT_DOUBLE_FREE, .site = 1, .taken_site = 2};
    ledger->root_region_count = 1;
    ledger->root_regions[0] = (struct lw_root_region){HEAP, 4096};
    original.arena.size = sizeof original - offsetof(struct image, arena);
    original.thread.moving_address = HEAP + 950 * 32;
    original.thread.moving_word = LW_WORD_LIVE | UINT64_C(2) << 40;
    original.thread.moving_size = 48;
    original.thread.deltas[0] = (struct lw_delta){.site = 1, .taken_blocks = 1, .taken_bytes = 10};
    memcpy(original.text, "leak:foo", 9);
    make_sites();
    make_blocks();
    image = original;
}

/* Applies the patch, or takes it back. Places are whole words: spread over the image, but half of them in the ledger's first page
 * and the small structures at the end, where the pointers are. */
static void apply(const struct patch *patch, bool undo)
{
    const size_t last_word = sizeof image / sizeof(uint64_t) - 1;
    size_t word = patch->place & 1 ? (patch->place >> 1) % 512 : (patch->place >> 1) % (last_word + 1);
    for (size_t i = 0; i <= patch->words && word <= last_word; i++, word++) {
        uint64_t value = patch->value;
        if (undo)
            value = ((const uint64_t *)(const void *)&original)[word];
        else if (patch->meaning == 1)
            value = BASE + value % sizeof image;
        else if (patch->meaning > 1)
            value = HEAP + value % (1 << 20);
        ((uint64_t *)(void *)&image)[word] = value;
    }
}

static void check_blocks(const struct ledger_contents *contents)
{
    for (size_t i = 0; i < contents->block_count; i++) {
        const struct heap_block *block = &contents->blocks[i];
        if (block->site >= contents->site_count || block->allocator > HEAP_NEW_ARRAY)
            abort();
        if (i > 0 && (block[-1].address > block->address || block[-1].address + block[-1].size > block->address))
            abort();
    }
    for (size_t i = 0; i < contents->mapping_count; i++)
        if (contents->mappings[i].site >= contents->site_count)
            abort();
}

static void check_rest(const struct ledger_contents *contents)
{
    volatile uint64_t sum = 0;
    for (size_t i = 0; i < contents->site_count; i++)
        for (size_t j = 0; j < contents->sites[i].frame_count; j++)
            sum += contents->sites[i].frames[j];
    for (size_t i = 0; i < contents->fault_count; i++)
        if (contents->faults[i].site >= contents->site_count || contents->faults[i].taken_site >= contents->site_count ||
            contents->faults[i].given_site >= contents->site_count)
            abort();
    for (size_t i = 1; i < contents->memory_count; i++)
        if (contents->memory[i - 1].start > contents->memory[i].start)
            abort();
    if (contents->suppressions)
        sum += strlen(contents->suppressions);
}

static void read_and_check(bool with_heap)
{
    const struct memory_view memory = {.read = read_image};
    const struct ledger_place where = {.address = BASE, .data = {BASE, BASE + sizeof image.ledger}};
    struct ledger_contents contents;
    if (ledger_read(&memory, &where, with_heap, &contents))
        return;
    check_blocks(&contents);
    check_rest(&contents);
    ledger_contents_finish(&contents);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct patch patches[PATCHES_MAX];
    size_t count = size / sizeof *patches < PATCHES_MAX ? size / sizeof *patches : PATCHES_MAX;
    if (original.ledger.magic == 0)
        make_original();
    memcpy(patches, data, count * sizeof *patches);
    for (size_t i = 0; i < count; i++)
        apply(&patches[i], false);
    read_and_check(count % 8 != 7);
    for (size_t i = 0; i < count; i++)
        apply(&patches[i], true);
    return 0;
}
