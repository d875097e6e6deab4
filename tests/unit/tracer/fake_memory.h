/* SPDX-License-Identifier: MIT
 * Memory made up by a test: a few pieces at addresses of its choice. */
#ifndef LEAKWATCH_TESTS_FAKE_MEMORY_H
#define LEAKWATCH_TESTS_FAKE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"

#define FAKE_PIECES_MAX 16

struct fake_memory {
    struct fake_piece {
        uint64_t address;
        size_t size;
        unsigned char *bytes;
    } pieces[FAKE_PIECES_MAX];
    size_t count;
};

/* Adds zeroed memory; pieces must not overlap. Returns its bytes. */
void *fake_memory_add(struct fake_memory *memory, uint64_t address, size_t size);
/* The bytes at an address that was added. */
void *fake_memory_at(const struct fake_memory *memory, uint64_t address);
struct memory_view fake_memory_view(struct fake_memory *memory);
void fake_memory_finish(struct fake_memory *memory);

#endif
