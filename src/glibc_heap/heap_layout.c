/* SPDX-License-Identifier: MIT */
#include "heap_layout.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

const struct arena_layout arena_layouts[] = {
    /* versions     size  fast   top  bins   next system */
    {"2.27-2.42", 0x898, 0x10, 0x60, 0x70, 0x870, 0x888},
    {"2.26", 0x890, 0x08, 0x58, 0x68, 0x868, 0x880}, /* without have_fastchunks */
    {"2.43", 0x840, 0x00, 0x08, 0x18, 0x818, 0x830}, /* without fast bins */
};
const size_t arena_layout_count = COUNT(arena_layouts);

const struct parameters_layout parameters_layouts[] = {
    /* versions  n_mmaps mmapped sbrk_base */
    {"2.35-2.42", 0x3c, 0x50, 0x60}, /* with thp_pagesize, hp_pagesize, hp_flags */
    {"2.26-2.34", 0x28, 0x38, 0x48},
    {"2.43", 0x44, 0x58, 0x68}, /* with thp_mode; in which release that came is not certain, and need not be */
};
const size_t parameters_layout_count = COUNT(parameters_layouts);

const struct tcache_layout tcache_layouts[] = {
    /* versions  bins count  free entries  chunk */
    {"2.30-2.41", 64, 2, false, 0x80, 0x290},
    {"2.26-2.29", 64, 1, false, 0x40, 0x250},
    {"2.42-2.43", 76, 2, true, 0x98, 0x300},
};
const size_t tcache_layout_count = COUNT(tcache_layouts);

const uint16_t heap_info_sizes[] = {0x30, 0x20}; /* from 2.35 with pagesize; before */
const size_t heap_info_size_count = COUNT(heap_info_sizes);

/* 2 * DEFAULT_MMAP_THRESHOLD_MAX; with the tunable glibc.malloc.hugetlb=2, 4 huge pages of 2 MiB or of 1 GiB. */
const uint64_t heap_alignments[] = {UINT64_C(64) << 20, UINT64_C(8) << 20, UINT64_C(4) << 30};
const size_t heap_alignment_count = COUNT(heap_alignments);

unsigned bin_of_size(uint64_t size)
{
    /* The last class of a step and the first bin of it; above the last step one bin holds all. */
    static const struct {
        unsigned shift, last, first;
    } steps[] = {{6, 48, 48}, {9, 20, 91}, {12, 10, 110}, {15, 4, 119}, {18, 2, 124}};

    if (size < 1024)
        return (unsigned)(size >> 4);
    for (size_t i = 0; i < COUNT(steps); i++)
        if (size >> steps[i].shift <= steps[i].last)
            return steps[i].first + (unsigned)(size >> steps[i].shift);
    return 126;
}

unsigned tcache_bin_of_size(uint64_t size)
{
    const uint64_t small_max = CHUNK_SIZE_MIN + CHUNK_ALIGN * (TCACHE_SMALL - 1);

    if (size <= small_max)
        return (unsigned)((size - CHUNK_SIZE_MIN) / CHUNK_ALIGN);
    if (size >> 32)
        return TCACHE_BINS_MAX;
    /* One bin for each power of two, counted from that of the largest small size. */
    return TCACHE_SMALL + (unsigned)(__builtin_clz((unsigned)small_max) - __builtin_clz((unsigned)size));
}
