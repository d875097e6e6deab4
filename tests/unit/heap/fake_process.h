/* SPDX-License-Identifier: MIT
 *
 * A process made up by a test: memory, blocks, threads; and what the leak scan finds in it. */
#ifndef LEAKWATCH_TEST_FAKE_PROCESS_H
#define LEAKWATCH_TEST_FAKE_PROCESS_H

#include "heap/leak_scan.h"
#include "heap/snapshot.h"

/* Regions that every fake process has. */
#define FAKE_DATA    UINT64_C(0x400000)       /* 64 KiB, REGION_FILE */
#define FAKE_HEAP    UINT64_C(0x10000000)     /* 4 MiB, REGION_HEAP */
#define FAKE_CODE    UINT64_C(0x500000)       /* 64 KiB executable, not writable */
#define FAKE_VTABLES UINT64_C(0x600000)       /* 64 KiB file mapping, not writable */
#define FAKE_LOADER  UINT64_C(0x700000)       /* 64 KiB text of the dynamic linker */
#define FAKE_MMAP    UINT64_C(0x7f0000000000) /* where tests put further regions; nothing there */

struct fake_process {
    struct snapshot snapshot;
    struct fake_memory {
        uint64_t start, end;
        unsigned char *bytes;
    } memory[64];
    size_t memory_count;
    uint64_t next_block;  /* where fake_take() takes the next block */
    bool keep_order;      /* fake_check() does not sort the blocks */
    uint64_t absent_page; /* not 0: next_present says that this page holds no data */
    uint64_t bytes_read;
    struct fake_question {
        uint32_t site;
        enum leak_kind kind;
    } suppressed[8], asked[256];
    size_t suppressed_count, asked_count;
    struct leak_wishes wishes; /* what fake_check() asks for beside kinds */
    struct leak_result result;
};

struct fake_process *fake_create(void);
void fake_destroy(struct fake_process *process);

/* Readable memory full of zeros; a region of a kind too. */
void fake_map(struct fake_process *process, uint64_t start, uint64_t size);
void fake_region(struct fake_process *process, uint64_t start, uint64_t size, enum region_kind kind);

/* A block with a call site of its own: its number in the order of taking, from 1. Returns the address. */
uint64_t fake_block(struct fake_process *process, uint64_t address, uint64_t size);
/* The same somewhere in FAKE_HEAP, with address ascending. */
uint64_t fake_take(struct fake_process *process, uint64_t size);
/* The block that was taken last, or the one at an address. */
struct heap_block *fake_last(struct fake_process *process);
struct heap_block *fake_find(struct fake_process *process, uint64_t address);

/* Writes an aligned word. */
void fake_put(struct fake_process *process, uint64_t address, uint64_t value);
/* Writes a word into FAKE_DATA: a global variable. */
void fake_global(struct fake_process *process, uint64_t value);

/* A new thread, all zero but for its id. */
struct thread_state *fake_thread(struct fake_process *process);
void fake_root_word(struct fake_process *process, uint64_t word);
void fake_root_range(struct fake_process *process, uint64_t address, uint64_t size);

void fake_suppress(struct fake_process *process, uint64_t address, enum leak_kind kind);

/* Runs the leak scan. */
void fake_check(struct fake_process *process);

/* The kind of the block that was taken at the address, and the record of it. Fails the test if there is none or more than one. */
enum leak_kind fake_kind(struct fake_process *process, uint64_t address);
const struct leak_record *fake_record(struct fake_process *process, uint64_t address);

#define expect_kind(process, address, expected)                                                                                    \
    cr_expect_eq(fake_kind(process, address), expected, "block " #address ": kind %d, not " #expected, fake_kind(process, address))

#endif
