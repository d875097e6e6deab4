/* SPDX-License-Identifier: MIT */
#include "ledger_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define ADDRESSES_END (UINT64_C(1) << 47)
/* Of struct heap_block. */
#define BLOCK_SIZE_MAX ((UINT64_C(1) << 40) - 1)

struct decoder {
    struct ledger_source *source;
    const struct lw_ledger *ledger;
    struct ledger_contents *contents;
    unsigned shift;  /* of a granule */
    uint64_t *words; /* room for one chunk */
};

/* The block starts in the last granule that was read at once: looks up the word behind it. */
static uint64_t word_at(struct decoder *decoder, uint64_t address)
{
    const uint64_t table = decoder->ledger->directory[address >> LW_TABLE_SHIFT & (LW_DIRECTORY_ENTRIES - 1)];
    const uint64_t entry = (address >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)) * sizeof(uint64_t);
    const uint64_t index = (address & (LW_CHUNK_SPAN - 1)) >> decoder->shift;
    uint64_t chunk, word;

    if (table == 0 || !ledger_source_read(decoder->source, table + entry, &chunk, sizeof chunk) || chunk == 0 ||
        !ledger_source_read(decoder->source, chunk + index * sizeof word, &word, sizeof word))
        return 0;
    return word;
}

static struct heap_block make_block(struct decoder *decoder, uint64_t word, uint64_t address, uint64_t size)
{
    uint32_t site = LW_WORD_SITE(word);

    if (site >= decoder->contents->site_count) {
        decoder->source->corrupt = true;
        site = 0;
    }
    return (struct heap_block){
        .address = address,
        .allocator = LW_WORD_FAMILY(word),
        .ignored = LW_WORD_IGNORED(word),
        .epoch = LW_WORD_EPOCH(word),
        .size = size < BLOCK_SIZE_MAX ? size : BLOCK_SIZE_MAX,
        .site = site,
    };
}

static void add_mapping(struct decoder *decoder, uint64_t word, uint64_t address, uint64_t size)
{
    struct ledger_contents *contents = decoder->contents;
    const uint32_t site = LW_WORD_SITE(word);

    contents->mappings =
        xgrow(contents->mappings, &contents->mapping_capacity, contents->mapping_count + 1, sizeof *contents->mappings);
    contents->mappings[contents->mapping_count++] = (struct ledger_mapping){address, size, site < contents->site_count ? site : 0};
}

/* Blocks come in order of address; those that overlap cannot all be true. */
static void add_block(struct decoder *decoder, struct heap_block block)
{
    struct ledger_contents *contents = decoder->contents;

    if (contents->block_count > 0) {
        struct heap_block *last = &contents->blocks[contents->block_count - 1];
        if (last->address + last->size > block.address) {
            decoder->source->corrupt = true;
            last->size = block.address - last->address;
        }
    }
    contents->blocks[contents->block_count++] = block;
}

/* The address that a word in this granule speaks of. */
static uint64_t start_of(const struct decoder *decoder, uint64_t word, uint64_t granule)
{
    return decoder->shift == LW_GRANULE_SHIFT_GLIBC ? granule | LW_WORD_HALF(word) << 4 : granule;
}

static void add_freed(struct ledger_contents *contents, uint64_t address)
{
    contents->freed = xgrow(contents->freed, &contents->freed_capacity, contents->freed_count + 1, sizeof *contents->freed);
    contents->freed[contents->freed_count++] = address;
}

static void decode_live(struct decoder *decoder, const uint64_t *words, size_t index, size_t count, uint64_t base)
{
    const uint64_t word = words[index], granule = base + ((uint64_t)index << decoder->shift);
    const uint64_t address = start_of(decoder, word, granule);
    uint64_t size = LW_WORD_SIZE_FIELD(word);

    if (size == LW_SIZE_ELSEWHERE) {
        const uint64_t next = index + 1 < count ? words[index + 1] : word_at(decoder, granule + (UINT64_C(1) << decoder->shift));
        if (LW_WORD_STATE(next) == LW_WORD_SIZE)
            size = next >> 2;
        else
            decoder->source->corrupt = true;
    }
    if (address + size < address || address + size > ADDRESSES_END) {
        decoder->source->corrupt = true;
        return;
    }
    switch (LW_WORD_FAMILY(word)) {
    case LW_FAMILY_MALLOC:
    case LW_FAMILY_NEW:
    case LW_FAMILY_NEW_ARRAY:
        add_block(decoder, make_block(decoder, word, address, size));
        break;
    case LW_FAMILY_MAPPING:
    case LW_FAMILY_SHM:
        add_mapping(decoder, word, address, size);
        break;
    default:
        decoder->source->corrupt = true;
        break;
    }
}

/* `words` are those of the granules from address `base` on. */
static void decode_words(struct decoder *decoder, const uint64_t *words, size_t count, uint64_t base)
{
    struct ledger_contents *contents = decoder->contents;

    contents->blocks = xgrow(contents->blocks, &contents->block_capacity, contents->block_count + count, sizeof *contents->blocks);
    for (size_t i = 0; i < count; i++)
        if (LW_WORD_STATE(words[i]) == LW_WORD_LIVE)
            decode_live(decoder, words, i, count, base);
        else if (LW_WORD_STATE(words[i]) == LW_WORD_FREED && contents->flags & LW_LATE)
            add_freed(contents, start_of(decoder, words[i], base + ((uint64_t)i << decoder->shift)));
}

static void read_chunk(struct decoder *decoder, uint64_t chunk, uint64_t base)
{
    const struct memory_view *memory = decoder->source->memory;
    const uint64_t size = (LW_CHUNK_SPAN >> decoder->shift) * sizeof(uint64_t), end = chunk + size;
    uint64_t from = chunk, start = chunk, stop = end;

    if (chunk % sizeof(uint64_t) != 0 || !ledger_source_claim(decoder->source, chunk, size)) {
        decoder->source->corrupt = true;
        return;
    }
    while (from < end && (!memory->next_present || memory->next_present(memory->context, from, end, &start, &stop))) {
        const size_t count = (stop - start) / sizeof(uint64_t);
        const size_t got = memory_read(memory, start, decoder->words, stop - start) / sizeof(uint64_t);
        decoder->source->corrupt |= got < count;
        decode_words(decoder, decoder->words, got, base + ((start - chunk) / sizeof(uint64_t) << decoder->shift));
        from = stop;
    }
}

static void read_table(struct decoder *decoder, uint64_t table, uint64_t base)
{
    uint64_t *chunks = xmalloc(LW_TABLE_ENTRIES * sizeof *chunks);
    const size_t size = LW_TABLE_ENTRIES * sizeof *chunks;

    if (ledger_source_claim(decoder->source, table, size) && ledger_source_read_sparse(decoder->source, table, chunks, size))
        for (size_t i = 0; i < LW_TABLE_ENTRIES; i++)
            if (chunks[i] != 0)
                read_chunk(decoder, chunks[i], base + ((uint64_t)i << LW_CHUNK_SHIFT));
    free(chunks);
}

void ledger_blocks_read(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    struct decoder decoder = {.source = source, .ledger = ledger, .contents = contents, .shift = ledger->granule_shift};

    decoder.words = xmalloc((LW_CHUNK_SPAN >> decoder.shift) * sizeof *decoder.words);
    for (size_t i = 0; i < LW_DIRECTORY_ENTRIES; i++)
        if (ledger->directory[i] != 0)
            read_table(&decoder, ledger->directory[i], (uint64_t)i << LW_TABLE_SHIFT);
    free(decoder.words);
}

/* ---- Blocks on the move ---------------------------------------------------------------------------------------------------- */

static int by_address(const void *left, const void *right)
{
    const struct heap_block *a = left, *b = right;

    return (a->address > b->address) - (a->address < b->address);
}

static bool is_apart(const struct heap_block *before, const struct heap_block *behind)
{
    return before->address + (before->size ? before->size : 1) <= behind->address;
}

/* Where another block is, the move is over, and only the note of it is left. Keeps of sorted blocks those that are apart from all
 * others. Returns how many. */
static size_t keep_apart(const struct ledger_contents *contents, struct heap_block *moved, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const size_t at = heap_block_find(contents->blocks, contents->block_count, moved[i].address);
        if ((at == contents->block_count || is_apart(&moved[i], &contents->blocks[at])) &&
            (at == 0 || is_apart(&contents->blocks[at - 1], &moved[i])) && (kept == 0 || is_apart(&moved[kept - 1], &moved[i])))
            moved[kept++] = moved[i];
    }
    return kept;
}

/* From behind, so that each block is moved once, however many there are. */
static void merge_blocks(struct ledger_contents *contents, const struct heap_block *moved, size_t count)
{
    size_t left = contents->block_count, to = left + count;

    contents->blocks = xgrow(contents->blocks, &contents->block_capacity, to, sizeof *contents->blocks);
    contents->block_count = to;
    while (count > 0)
        if (left > 0 && contents->blocks[left - 1].address > moved[count - 1].address)
            contents->blocks[--to] = contents->blocks[--left];
        else
            contents->blocks[--to] = moved[--count];
}

void ledger_blocks_add_moving(struct ledger_source *source, struct ledger_contents *contents, const struct moving_block *moving,
                              size_t count)
{
    struct decoder decoder = {.source = source, .contents = contents};
    struct heap_block *moved = xreallocarray(NULL, count, sizeof *moved);
    size_t possible = 0;

    for (size_t i = 0; i < count; i++) {
        const uint64_t address = moving[i].address, size = moving[i].size;
        if (LW_WORD_FAMILY(moving[i].word) > LW_FAMILY_NEW_ARRAY || address >= ADDRESSES_END || size > ADDRESSES_END - address)
            source->corrupt = true;
        else
            moved[possible++] = make_block(&decoder, moving[i].word, address, size);
    }
    if (possible > 0) {
        qsort(moved, possible, sizeof *moved, by_address);
        merge_blocks(contents, moved, keep_apart(contents, moved, possible));
    }
    free(moved);
}
