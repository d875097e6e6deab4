/* SPDX-License-Identifier: MIT */
#include "fake_check.h"

#include <string.h>

#include <criterion/criterion.h>

#include "elf/symbolizer.h"

#define ALL_LOST (1u << LEAK_DEFINITE | 1u << LEAK_INDIRECT | 1u << LEAK_POSSIBLE)

static struct symbolizer *symbolizer;
struct suppressions *user_suppressions;
struct report_builder_settings settings;
struct report_builder *builder;
const uint64_t in_app[2] = {APP + 0x10, APP + 0x20};

void set_up(void)
{
    static char *command[] = {(char *)"./app", NULL};

    symbolizer = symbolizer_create(&(struct symbolizer_settings){0});
    user_suppressions = suppressions_create();
    settings = (struct report_builder_settings){
        .symbolizer = symbolizer,
        .suppressions = user_suppressions,
        .error_kinds = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE,
        .named_kinds = ALL_LOST,
        .leak_check = true,
        .mode = "run",
        .command = command,
    };
}

void tear_down(void)
{
    suppressions_destroy(user_suppressions);
    symbolizer_destroy(symbolizer);
}

void start(void)
{
    builder = report_builder_create(&settings, (struct timespec){.tv_sec = 1767268800, .tv_nsec = 7});
}

static size_t read_fake_heap(void *context, uint64_t address, void *buffer, size_t size)
{
    struct fake_heap *heap = context;
    uint64_t end = HEAP + heap->count * sizeof heap->words[0];

    if (heap->unreadable || address < HEAP || address >= end)
        return 0;
    size = size < end - address ? size : end - address;
    memcpy(buffer, (char *)heap->words + (address - HEAP), size);
    return size;
}

uint32_t add_site(struct fake_heap *heap, const uint64_t *frames, size_t count, uint32_t generation)
{
    heap->site_count = heap->site_count ? heap->site_count : 1;
    heap->sites[heap->site_count] = (struct heap_site){.frames = frames, .frame_count = (uint16_t)count, .generation = generation};
    return (uint32_t)heap->site_count++;
}

void add_block(struct fake_heap *heap, uint32_t site, enum heap_allocator allocator)
{
    heap->blocks[heap->count] =
        (struct heap_block){.address = HEAP + heap->count * 32, .size = 32, .site = site, .allocator = allocator};
    heap->count++;
}

struct process_leaks *check(struct fake_heap *heap, const struct process_record *record)
{
    struct snapshot snapshot = {
        .memory = {.read = read_fake_heap, .context = heap},
        .blocks = heap->blocks,
        .block_count = heap->count,
        .sites = heap->sites,
        .site_count = heap->site_count ? heap->site_count : 1,
        .glibc = true,
    };

    return report_builder_leaks(builder, record, &snapshot, leak_scan_begin(&snapshot), "exit");
}

static struct module modules[] = {
    {.path = (char *)"/x/app", .start = APP, .end = APP + 0x1000, .file_offset = 0x1000, .last_generation = UINT32_MAX},
    {.path = (char *)"/x/new.so", .start = LIBRARY, .end = LIBRARY + 0x1000, .first_generation = 1, .last_generation = UINT32_MAX},
    {.path = (char *)"/x/old.so", .start = LIBRARY, .end = LIBRARY + 0x1000, .last_generation = 0},
    {.path = (char *)"/x/new.so", .start = LIBRARY + 0x1000, .end = LIBRARY + 0x2000, .last_generation = UINT32_MAX},
};

struct process_record record_of(pid_t pid)
{
    return (struct process_record){
        .pid = pid,
        .executable = (char *)"/x/app",
        .end = END_EXIT,
        .coverage = COVERAGE_FULL,
        .modules = modules,
        .module_count = sizeof modules / sizeof *modules,
    };
}

struct report finish(void)
{
    struct report report;

    report_builder_finish(builder, 5, &report);
    return report;
}

struct report report_on(struct fake_heap *heap)
{
    struct process_record record = record_of(1);

    start();
    report_builder_add_process(builder, &record, check(heap, &record));
    return finish();
}

void suppress(struct suppressions *set, const char *text)
{
    char *error;
    cr_assert_eq(suppressions_parse(set, text, strlen(text), "my.supp", &error), 0);
}
