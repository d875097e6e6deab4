/* SPDX-License-Identifier: MIT */
#include "cached_chunks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "address_index.h"
#include "cached_list.h"
#include "heap_walk.h"

#define TLS_NEAR   UINT64_C(0x1000)  /* static TLS below fs_base: where the C library's part is in nearly all programs */
#define TLS_FAR    UINT64_C(0x40000) /* where it can be in a program with large thread-local variables */
#define LIST_MAX   65535             /* a count has 16 bits at most */
#define SAMPLE_MAX 64                /* threads that are enough to find out where the variable is */

struct tcache {
    const struct tcache_layout *layout;
    uint64_t address;
    struct cached_list lists[TCACHE_BINS_MAX];
    uint32_t counts[TCACHE_BINS_MAX];
};

static bool fits_tcache(uint64_t chunk_size, unsigned bin)
{
    return tcache_bin_of_size(chunk_size) == bin;
}

static bool fits_fast_bin(uint64_t chunk_size, unsigned bin)
{
    return fast_bin_of_size(chunk_size) == bin;
}

/* Fast bins need no lock to be pushed to, so that they hold at any time. */
static void mark_fast_bins(struct heap_walk *walk, const struct address_index *blocks, uint32_t number)
{
    for (unsigned bin = 0; bin < FAST_BIN_COUNT; bin++) {
        struct cached_list list = {.first = walk->arenas[number].fast_bins[bin],
                                   .shift = CHUNK_HEADER,
                                   .bin = bin,
                                   .fits = fits_fast_bin,
                                   .limit = walk->heap->block_count};
        cached_list_follow(walk, blocks, &list, BLOCK_IN_FAST_BIN);
        if (list.fault)
            heap_walk_problem(walk, GLIBC_HEAP_FAST_BIN_BROKEN, list.fault);
    }
}

static bool read_tcache(struct heap_walk *walk, struct tcache *tcache)
{
    const struct tcache_layout *layout = tcache->layout;
    uint64_t words[0x300 / 8];
    const unsigned char *bytes = (const unsigned char *)words;

    if (!target_words(&walk->reader, tcache->address, words, layout->chunk_size / 8 - 1))
        return false;
    for (size_t bin = 0; bin < layout->bins; bin++) {
        uint16_t count = bytes[bin];
        if (layout->count_size == 2)
            memcpy(&count, bytes + 2 * bin, 2);
        tcache->counts[bin] = count;
        tcache->lists[bin] = (struct cached_list){.bin = (unsigned)bin, .fits = fits_tcache, .limit = LIST_MAX};
        memcpy(&tcache->lists[bin].first, bytes + layout->entries + 8 * bin, 8);
    }
    return true;
}

/* A thread that was stopped while it puts a chunk into a bin or takes one out has a count that is one off. */
static bool is_about(size_t value, size_t expected)
{
    return value + 1 >= expected && value <= expected + 1;
}

/* Do counts and lists agree? Counts of free slots add up to the same sum with the lengths of the lists (malloc/malloc.c:
 * tcache_init sets all to mp_.tcache_count), whatever that sum is; a bin that is switched off has none. */
static bool counts_agree(const struct tcache *tcache)
{
    size_t most = 0;

    for (size_t bin = 0; bin < tcache->layout->bins; bin++) {
        size_t slots = tcache->counts[bin] + tcache->lists[bin].length;
        most = slots > most ? slots : most;
    }
    for (size_t bin = 0; bin < tcache->layout->bins; bin++) {
        size_t length = tcache->lists[bin].length, count = tcache->counts[bin];
        bool agree = tcache->layout->counts_free ? length + count == 0 || is_about(length + count, most) : is_about(length, count);
        if (!agree && !tcache->lists[bin].cut)
            return false;
    }
    return true;
}

enum tcache_verdict {
    NO_TCACHE,     /* something else */
    EMPTY_TCACHE,  /* might be a tcache without chunks, or any block of zeros */
    BROKEN_TCACHE, /* a tcache in which some list is wrong */
    WHOLE_TCACHE,
};

/* Is it the first block of an arena? malloc takes the tcache of the thread that uses it first before all else (tcache_init). */
static bool is_first_block(const struct heap_walk *walk, uint64_t address)
{
    const struct extent *extent = heap_walk_find_extent(walk, address);

    if (extent == NULL || extent->mapped || address - CHUNK_HEADER != extent->start)
        return false;
    if (extent->arena == 0)
        return extent->start - walk->sbrk_base < CHUNK_ALIGN;
    return extent->start - walk->arenas[extent->arena].address < walk->layout->size + CHUNK_ALIGN;
}

/* The layout whose tcache has the size of the block; NULL if there is none. */
static const struct tcache_layout *layout_of(const struct heap_block *block)
{
    for (size_t i = 0; i < tcache_layout_count; i++)
        if (block->size + 8u == tcache_layouts[i].chunk_size && block->unused == BLOCK_LIVE)
            return &tcache_layouts[i];
    return NULL;
}

/* Is there a tcache at `address`? Fills it. */
static enum tcache_verdict examine(struct heap_walk *walk, const struct address_index *blocks, uint64_t address,
                                   struct tcache *tcache, uint64_t *fault)
{
    size_t number = address_index_find(blocks, address), right = 0, wrong = 0;
    const struct tcache_layout *layout = number == SIZE_MAX ? NULL : layout_of(&walk->heap->blocks[number]);
    bool known = walk->safe_linking_known;

    if (layout == NULL)
        return NO_TCACHE;
    *tcache = (struct tcache){.layout = layout, .address = address};
    if (!read_tcache(walk, tcache))
        return NO_TCACHE;
    for (size_t bin = 0; bin < layout->bins; bin++) {
        struct cached_list *list = &tcache->lists[bin];
        cached_list_follow(walk, blocks, list, BLOCK_LIVE);
        right += list->length != 0 && !list->fault;
        wrong += list->fault != 0;
        *fault = list->fault ? list->fault : *fault;
    }
    if (wrong == 0 && counts_agree(tcache))
        return right || is_first_block(walk, address) ? WHOLE_TCACHE : EMPTY_TCACHE;
    if (right <= wrong)
        walk->safe_linking_known = known; /* what any bytes said about links is worth nothing */
    return right > wrong ? BROKEN_TCACHE : NO_TCACHE;
}

/* The tcache itself is a block that malloc took for itself. */
static void mark_tcache(struct heap_walk *walk, const struct address_index *blocks, struct tcache *tcache)
{
    const struct extent *extent = heap_walk_find_extent(walk, tcache->address);

    for (size_t bin = 0; bin < tcache->layout->bins; bin++)
        cached_list_follow(walk, blocks, &tcache->lists[bin], BLOCK_IN_TCACHE);
    walk->heap->blocks[address_index_find(blocks, tcache->address)].unused = BLOCK_OWN;
    walk->heap->tcaches++;
    if (extent && !extent->mapped) {
        walk->heap->arenas[extent->arena].own.count++;
        walk->heap->arenas[extent->arena].own.bytes += tcache->layout->chunk_size;
    }
}

/* Threads that are asked where the variable `tcache` is. */
struct thread_sample {
    uint64_t bases[SAMPLE_MAX]; /* fs_base */
    size_t count;
};

static struct thread_sample take_sample(const struct glibc_heap_request *request)
{
    struct thread_sample sample = {.count = 0};

    for (size_t i = 0; i < request->thread_count && i < SAMPLE_MAX; i++)
        if (request->thread_pointers[i] % 8 == 0)
            sample.bases[sample.count++] = request->thread_pointers[i];
    return sample;
}

/* How many threads have a tcache that holds something at this distance below fs_base. Static TLS is one piece: a thread in which
 * nothing can be read there has none further below either, and is not asked again. */
static size_t rate_distance(struct heap_walk *walk, const struct address_index *blocks, struct thread_sample *sample,
                            uint64_t distance)
{
    size_t rating = 0, kept = 0;

    for (size_t i = 0; i < sample->count; i++) {
        struct tcache tcache;
        uint64_t address, fault = 0;
        if (sample->bases[i] <= distance || !target_word(&walk->reader, sample->bases[i] - distance, &address))
            continue;
        sample->bases[kept++] = sample->bases[i];
        if (address % CHUNK_ALIGN != 0)
            continue;
        const enum tcache_verdict verdict = examine(walk, blocks, address, &tcache, &fault);
        rating += verdict == WHOLE_TCACHE || verdict == BROKEN_TCACHE;
    }
    sample->count = kept;
    return rating;
}

/* The variable is in static TLS, which has the same layout in all threads (malloc/malloc.c). Returns its distance below fs_base; 0
 * if no thread has a tcache that holds something: zeros could be anything. */
static uint64_t find_distance(struct heap_walk *walk, const struct address_index *blocks)
{
    struct thread_sample sample = take_sample(walk->request);
    uint64_t best_distance = 0;
    size_t best = 0;

    for (uint64_t distance = 8; distance <= TLS_FAR && (distance <= TLS_NEAR || best == 0); distance += 8) {
        const size_t rating = rate_distance(walk, blocks, &sample, distance);
        if (rating > best) {
            best = rating;
            best_distance = distance;
        }
    }
    return best_distance;
}

static void mark_thread(struct heap_walk *walk, const struct address_index *blocks, uint64_t place)
{
    struct tcache tcache;
    uint64_t address, fault = place;

    if (!target_word(&walk->reader, place, &address) || address_index_find(blocks, address) == SIZE_MAX)
        return; /* a thread that never called malloc */
    switch (examine(walk, blocks, address, &tcache, &fault)) {
    case NO_TCACHE:
        heap_walk_problem(walk, GLIBC_HEAP_TCACHE_UNCHECKED, address);
        break;
    case BROKEN_TCACHE:
        heap_walk_problem(walk, GLIBC_HEAP_TCACHE_BROKEN, fault);
        mark_tcache(walk, blocks, &tcache);
        break;
    default:
        mark_tcache(walk, blocks, &tcache);
        break;
    }
}

static void mark_threads(struct heap_walk *walk, const struct address_index *blocks)
{
    const struct glibc_heap_request *request = walk->request;
    uint64_t distance = find_distance(walk, blocks);

    for (size_t i = 0; i < request->thread_count && distance; i++)
        if (request->thread_pointers[i] > distance && request->thread_pointers[i] % 8 == 0)
            mark_thread(walk, blocks, request->thread_pointers[i] - distance);
}

/* Tcaches of threads that are not known, or no longer exist: a child process has those of all its parent's threads. */
static void mark_orphans(struct heap_walk *walk, const struct address_index *blocks)
{
    for (size_t i = 0; i < walk->heap->block_count; i++) {
        struct tcache tcache;
        uint64_t fault = 0;
        if (layout_of(&walk->heap->blocks[i]) == NULL ||
            examine(walk, blocks, walk->heap->blocks[i].address, &tcache, &fault) != WHOLE_TCACHE)
            continue;
        mark_tcache(walk, blocks, &tcache);
        walk->heap->tcaches_orphaned++;
    }
}

void cached_chunks_mark(struct heap_walk *walk)
{
    struct address_index blocks;

    address_index_init(&blocks, walk->heap->blocks, walk->heap->block_count, sizeof *walk->heap->blocks);
    mark_threads(walk, &blocks);
    mark_orphans(walk, &blocks);
    for (uint32_t i = 0; i < walk->heap->arena_count; i++)
        if (!walk->heap->arenas[i].left_out)
            mark_fast_bins(walk, &blocks, i);
    address_index_finish(&blocks);
}
