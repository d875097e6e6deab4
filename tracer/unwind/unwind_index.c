/* SPDX-License-Identifier: MIT */
#include "unwind_index.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "preload/cfi.h"

/* The largest programs have about a million. */
#define FUNCTIONS_MAX (1U << 22)

static int compare(const void *left, const void *right)
{
    const struct indexed_function *a = left, *b = right;

    return (a->start > b->start) - (a->start < b->start);
}

void unwind_index_build(struct unwind_index *index, const struct cfi_image *image)
{
    const uint8_t *at = image->start;
    struct cfi_entry entry;

    *index = (struct unwind_index){0};
    while (index->count < FUNCTIONS_MAX && (at = cfi_next_entry(image, at, &entry)) != NULL) {
        index->functions = xgrow(index->functions, &index->capacity, index->count + 1, sizeof *index->functions);
        index->functions[index->count++] = (struct indexed_function){entry.start, entry.at};
    }
    if (index->count > 0)
        qsort(index->functions, index->count, sizeof *index->functions, compare);
}

void unwind_index_finish(struct unwind_index *index)
{
    free(index->functions);
    *index = (struct unwind_index){0};
}

const uint8_t *unwind_index_find(const struct unwind_index *index, uint64_t address)
{
    size_t low = 0, high = index->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (index->functions[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? index->functions[low - 1].entry : NULL;
}
