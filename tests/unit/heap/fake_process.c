/* SPDX-License-Identifier: MIT */
#include "fake_process.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Room doubles: where a sanitizer is, every step of an array costs a copy. */
#define APPEND(array, count, value)                                                                                                \
    do {                                                                                                                           \
        if (((count) & ((count)-1)) == 0)                                                                                          \
            (array) = xreallocarray((array), (count) ? 2 * (count) : 1, sizeof *(array));                                          \
        (array)[(count)++] = (value);                                                                                              \
    } while (0)

static struct fake_memory *find_memory(struct fake_process *process, uint64_t address)
{
    for (size_t i = 0; i < process->memory_count; i++)
        if (address >= process->memory[i].start && address < process->memory[i].end)
            return &process->memory[i];
    return NULL;
}

static size_t read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
    struct fake_process *process = context;
    size_t done = 0;

    while (done < size) {
        struct fake_memory *memory = find_memory(process, address + done);
        if (memory == NULL)
            break;
        size_t part = memory->end - address - done < size - done ? memory->end - address - done : size - done;
        memcpy((char *)buffer + done, memory->bytes + (address + done - memory->start), part);
        done += part;
    }
    process->bytes_read += done;
    return done;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct fake_process *process = context;
    uint64_t absent = process->absent_page;

    if (from >= absent && from < absent + 4096)
        from = absent + 4096;
    if (from >= to)
        return 0;
    *start = from;
    *end = absent > from && absent < to ? absent : to;
    return 1;
}

struct fake_process *fake_create(void)
{
    struct fake_process *process = xcalloc(1, sizeof *process);
    struct snapshot *snapshot = &process->snapshot;

    snapshot->memory = (struct memory_view){read_memory, next_present, process};
    snapshot->glibc = true;
    snapshot->pthread_size = 0x900;
    snapshot->loader = (struct code_range){FAKE_LOADER, FAKE_LOADER + 0x10000};
    APPEND(snapshot->sites, snapshot->site_count, (struct heap_site){0});
    APPEND(snapshot->executable, snapshot->executable_count, ((struct code_range){FAKE_CODE, FAKE_CODE + 0x10000}));
    APPEND(snapshot->file_mapped, snapshot->file_mapped_count, ((struct code_range){FAKE_VTABLES, FAKE_VTABLES + 0x10000}));
    fake_region(process, FAKE_DATA, 0x10000, REGION_FILE);
    fake_map(process, FAKE_VTABLES, 0x10000);
    fake_region(process, FAKE_HEAP, 0x400000, REGION_HEAP);
    process->next_block = FAKE_HEAP + 16;
    return process;
}

void fake_destroy(struct fake_process *process)
{
    for (size_t i = 0; i < process->memory_count; i++)
        free(process->memory[i].bytes);
    leak_result_finish(&process->result);
    snapshot_finish(&process->snapshot);
    free(process);
}

void fake_map(struct fake_process *process, uint64_t start, uint64_t size)
{
    cr_assert_lt(process->memory_count, 64);
    process->memory[process->memory_count++] = (struct fake_memory){start, start + size, xcalloc(1, size)};
}

void fake_region(struct fake_process *process, uint64_t start, uint64_t size, enum region_kind kind)
{
    struct snapshot *snapshot = &process->snapshot;

    fake_map(process, start, size);
    APPEND(snapshot->regions, snapshot->region_count, ((struct memory_region){start, start + size, kind}));
}

uint64_t fake_block(struct fake_process *process, uint64_t address, uint64_t size)
{
    struct snapshot *snapshot = &process->snapshot;
    struct heap_block block = {.address = address, .size = size, .site = snapshot->site_count & 0xffffff};

    APPEND(snapshot->sites, snapshot->site_count, (struct heap_site){0});
    APPEND(snapshot->blocks, snapshot->block_count, block);
    return address;
}

uint64_t fake_take(struct fake_process *process, uint64_t size)
{
    uint64_t address = process->next_block;

    process->next_block += (size + 8 + 31) & ~UINT64_C(15);
    return fake_block(process, address, size);
}

struct heap_block *fake_last(struct fake_process *process)
{
    return &process->snapshot.blocks[process->snapshot.block_count - 1];
}

struct heap_block *fake_find(struct fake_process *process, uint64_t address)
{
    for (size_t i = 0; i < process->snapshot.block_count; i++)
        if (process->snapshot.blocks[i].address == address)
            return &process->snapshot.blocks[i];
    cr_assert_fail("no block at %#lx", (unsigned long)address);
    return NULL;
}

void fake_put(struct fake_process *process, uint64_t address, uint64_t value)
{
    struct fake_memory *memory = find_memory(process, address);

    cr_assert(memory != NULL && memory->end - address >= 8);
    memcpy(memory->bytes + (address - memory->start), &value, 8);
}

void fake_global(struct fake_process *process, uint64_t value)
{
    uint64_t word = 1, address = FAKE_DATA;

    for (; word != 0; address += 8)
        read_memory(process, address, &word, 8);
    fake_put(process, address - 8, value);
}

struct thread_state *fake_thread(struct fake_process *process)
{
    struct snapshot *snapshot = &process->snapshot;

    APPEND(snapshot->threads, snapshot->thread_count, ((struct thread_state){.tid = (int)snapshot->thread_count + 1}));
    return &snapshot->threads[snapshot->thread_count - 1];
}

void fake_root_word(struct fake_process *process, uint64_t word)
{
    APPEND(process->snapshot.root_words, process->snapshot.root_word_count, word);
}

void fake_root_range(struct fake_process *process, uint64_t address, uint64_t size)
{
    APPEND(process->snapshot.root_ranges, process->snapshot.root_range_count, ((struct root_range){address, size}));
}

void fake_suppress(struct fake_process *process, uint64_t address, enum leak_kind kind)
{
    cr_assert_lt(process->suppressed_count, 8);
    process->suppressed[process->suppressed_count++] = (struct fake_question){fake_find(process, address)->site, kind};
}

static bool is_suppressed(void *context, uint32_t site, enum leak_kind kind)
{
    struct fake_process *process = context;

    if (process->asked_count < 256)
        process->asked[process->asked_count++] = (struct fake_question){site, kind};
    for (size_t i = 0; i < process->suppressed_count; i++)
        if (process->suppressed[i].site == site && process->suppressed[i].kind == kind)
            return true;
    return false;
}

static int compare_blocks(const void *left, const void *right)
{
    const struct heap_block *a = left, *b = right;

    return a->address < b->address ? -1 : a->address > b->address;
}

static int compare_regions(const void *left, const void *right)
{
    const struct memory_region *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

void fake_check(struct fake_process *process)
{
    struct snapshot *snapshot = &process->snapshot;

    if (!process->keep_order && snapshot->block_count)
        qsort(snapshot->blocks, snapshot->block_count, sizeof *snapshot->blocks, compare_blocks);
    qsort(snapshot->regions, snapshot->region_count, sizeof *snapshot->regions, compare_regions);
    process->bytes_read = 0;
    process->asked_count = 0;
    leak_result_finish(&process->result);
    struct leak_scan *scan = leak_scan_begin(snapshot);
    leak_scan_wish(scan, &process->wishes);
    leak_scan_finish(scan, is_suppressed, process, &process->result);
}

const struct leak_record *fake_record(struct fake_process *process, uint64_t address)
{
    const struct leak_record *found = NULL;
    uint32_t site = fake_find(process, address)->site;

    for (size_t i = 0; i < process->result.record_count; i++) {
        if (process->result.records[i].site != site)
            continue;
        cr_assert_null(found, "block %#lx has two records", (unsigned long)address);
        found = &process->result.records[i];
    }
    cr_assert_not_null(found, "block %#lx has no record", (unsigned long)address);
    return found;
}

enum leak_kind fake_kind(struct fake_process *process, uint64_t address)
{
    return fake_record(process, address)->kind;
}
