/* SPDX-License-Identifier: MIT
 * Processes with made-up heaps, for a report builder. */
#ifndef LEAKWATCH_TESTS_FAKE_CHECK_H
#define LEAKWATCH_TESTS_FAKE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "heap/snapshot.h"
#include "records/process_record.h"
#include "reporting/report_builder.h"
#include "suppressions/suppressions.h"

/* Where things are in the made-up processes. The library at LIBRARY is /x/old.so in generation 0 and /x/new.so from then on; behind
 * it /x/new.so is mapped a second time. */
#define HEAP    0x10000000
#define APP     0x400000
#define LIBRARY 0x7f0000000000

/* Blocks of 32 bytes that nothing points to, unless another block does. */
#define BLOCKS_MAX 16
struct fake_heap {
    uint64_t words[BLOCKS_MAX][4]; /* contents of blocks of 32 bytes */
    struct heap_block blocks[BLOCKS_MAX];
    size_t count;
    struct heap_site sites[BLOCKS_MAX];
    size_t site_count;
    bool unreadable;
};

/* What start() creates the builder with, and the builder. */
extern struct suppressions *user_suppressions;
extern struct report_builder_settings settings;
extern struct report_builder *builder;

/* Two calls in the program itself. */
extern const uint64_t in_app[2];

/* For .init and .fini of a suite. */
void set_up(void);
void tear_down(void);

void start(void);
/* The report; to be released with report_finish(). */
struct report finish(void);

uint32_t add_site(struct fake_heap *heap, const uint64_t *frames, size_t count, uint32_t generation);
void add_block(struct fake_heap *heap, uint32_t site, enum heap_allocator allocator);
void suppress(struct suppressions *set, const char *text);

/* A process that exited; its members are lent. */
struct process_record record_of(pid_t pid);
/* What a leak check of that process finds. */
struct process_leaks *check(struct fake_heap *heap, const struct process_record *record);
/* Checks one process with this heap and returns the report. */
struct report report_on(struct fake_heap *heap);

#endif
