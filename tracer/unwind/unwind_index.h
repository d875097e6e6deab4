/* SPDX-License-Identifier: MIT
 *
 * The functions that a .eh_frame describes, sorted by address: what .eh_frame_hdr is for where there is one. */
#ifndef LEAKWATCH_TRACER_UNWIND_UNWIND_INDEX_H
#define LEAKWATCH_TRACER_UNWIND_UNWIND_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct cfi_image;

/* All zero: empty. */
struct unwind_index {
    struct indexed_function {
        uint64_t start;
        const uint8_t *entry; /* in the image, which must stay */
    } * functions;            /* sorted by `start`; owned */
    size_t count, capacity;
};

/* `image` is .eh_frame from its beginning. Of a file with more functions than any has, the first ones are taken. */
void unwind_index_build(struct unwind_index *index, const struct cfi_image *image);
void unwind_index_finish(struct unwind_index *index);

/* The entry of the last function that begins at or before `address`, which may end before it; NULL: there is none. */
const uint8_t *unwind_index_find(const struct unwind_index *index, uint64_t address);

#endif
