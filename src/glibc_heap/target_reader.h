/* SPDX-License-Identifier: MIT
 *
 * Reads words of a target's memory: single ones anywhere, through a cache of pages, and those of a walk through a window that moves
 * upward. Each read of a live process is a system call; both make few of them. */
#ifndef LEAKWATCH_GLIBC_HEAP_TARGET_READER_H
#define LEAKWATCH_GLIBC_HEAP_TARGET_READER_H

#include <stdbool.h>

#include "base/memory_view.h"

#define PAGE_BYTES UINT64_C(4096)

struct target_reader {
    const struct memory_view *view;
    unsigned char *pages; /* the cache, each page in the slot that its number leads to */
    uint64_t *addresses;  /* of the page in a slot; 1: none */
    uint64_t *window;
    uint64_t window_start, window_end; /* addresses of what the window holds */
    uint64_t window_size;              /* how much it takes in next */
};

/* The view must outlive the reader, and its memory must not change as long as the reader is used. */
void target_reader_init(struct target_reader *reader, const struct memory_view *view);
void target_reader_finish(struct target_reader *reader);

/* Copies `count` words from an address that is a multiple of 8. Returns false if not all can be read. */
bool target_words(struct target_reader *reader, uint64_t address, uint64_t *words, size_t count);

static inline bool target_word(struct target_reader *reader, uint64_t address, uint64_t *word)
{
    return target_words(reader, address, word, 1);
}

/* The words at `address`, a multiple of 8: at least `minimum` bytes, as many as *available says. Reads ahead as long as the walk
 * goes on without jumps, but not beyond `limit`. NULL if the minimum cannot be read. Valid until the next call. */
const uint64_t *target_window(struct target_reader *reader, uint64_t address, uint64_t minimum, uint64_t limit,
                              uint64_t *available);

#endif
