/* SPDX-License-Identifier: MIT
 *
 * Fuzz target: the leak scan of a snapshot made of arbitrary bytes. It must end, touch no memory that is not its own, and count
 * every block once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heap/leak_scan.h"
#include "heap/snapshot.h"

#define BASE UINT64_C(0x10000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *bytes;
    size_t size;
};

/* The target's memory: the input itself, at BASE. */
static size_t read_input(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct input *input = context;

    if (address < BASE || address - BASE >= input->size)
        return 0;
    size_t rest = input->size - (address - BASE);
    size = size < rest ? size : rest;
    memcpy(buffer, input->bytes + (address - BASE), size);
    return size;
}

/* Takes `count` objects of `size` bytes off the front of the input into an array that the caller frees; fewer if there are fewer.
 */
static void *take(struct input *input, size_t *count, size_t size)
{
    if (*count > input->size / size)
        *count = input->size / size;
    void *array = malloc(*count * size + 1);
    if (array == NULL)
        abort();
    memcpy(array, input->bytes, *count * size);
    input->bytes += *count * size;
    input->size -= *count * size;
    return array;
}

/* What the snapshot promises: kinds that exist, regions in order. Everything else may be nonsense. */
static void put_regions_in_order(struct memory_region *regions, size_t count)
{
    uint64_t last = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t gap = regions[i].start % 0x20000, length = regions[i].end % 0x20000;
        regions[i] = (struct memory_region){last + gap, last + gap + length, regions[i].kind % (REGION_THREAD_STACK + 1)};
        last = regions[i].end;
    }
}

static bool suppress_some(void *context, uint32_t site, enum leak_kind kind)
{
    return (site * 3 + kind) % 5 == 0;
}

static bool confirm_some(void *context, const struct heap_block *block)
{
    return block->size % 3 != 0;
}

static void scan(struct snapshot *snapshot, struct input *input)
{
    const uint64_t addresses[] = {snapshot->block_count ? snapshot->blocks[0].address : 0, BASE};
    const struct leak_wishes wishes = {
        .examples = 2, .confirmed = input->size % 2 ? confirm_some : NULL, .addresses = addresses, .address_count = 2};
    struct leak_result result;

    snapshot->memory = (struct memory_view){.read = read_input, .context = input};
    struct leak_scan *begun = leak_scan_begin(snapshot);
    leak_scan_wish(begun, &wishes);
    leak_scan_finish(begun, suppress_some, NULL, &result);
    uint64_t blocks = result.invalid_blocks + result.unconfirmed.blocks;
    for (int kind = 0; kind < LEAK_KINDS; kind++)
        blocks += result.total[kind].blocks;
    if (blocks != snapshot->block_count)
        abort();
    leak_result_finish(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct snapshot snapshot = {.site_count = 8};

    if (size < 8)
        return 0;
    snapshot.block_count = data[0];
    snapshot.region_count = data[1] % 8;
    snapshot.thread_count = data[2] % 4;
    snapshot.root_word_count = data[3] % 4;
    snapshot.root_range_count = data[4] % 4;
    snapshot.glibc = data[5] & 1;
    snapshot.pthread_size = data[6] * 16;
    snapshot.loader = (struct code_range){0, data[7]};
    snapshot.sites = calloc(snapshot.site_count, sizeof *snapshot.sites);
    snapshot.blocks = take(&input, &snapshot.block_count, sizeof *snapshot.blocks);
    snapshot.regions = take(&input, &snapshot.region_count, sizeof *snapshot.regions);
    snapshot.threads = take(&input, &snapshot.thread_count, sizeof *snapshot.threads);
    for (size_t i = 0; i < snapshot.thread_count; i++) /* bytes that are neither 0 nor 1 are no bool */
        snapshot.threads[i].registers_valid = snapshot.threads[i].registers_dead = false;
    snapshot.root_words = take(&input, &snapshot.root_word_count, sizeof *snapshot.root_words);
    snapshot.root_ranges = take(&input, &snapshot.root_range_count, sizeof *snapshot.root_ranges);
    put_regions_in_order(snapshot.regions, snapshot.region_count);
    scan(&snapshot, &input);
    snapshot_finish(&snapshot);
    return 0;
}
