/* SPDX-License-Identifier: MIT */
#include "idle_pages.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

enum { PAGE = 4096, BITS = 64 };

/* The kernel takes and gives whole words. Pages that follow each other often have frames in one word: it is kept. */
struct idle_walk {
    int bitmap;
    bool marks;
    uint64_t index, word; /* which word of the bitmap; bits to be set, or as they were read */
    bool has_word;
    int error;
    struct page_runs *data, *idle;
};

static off_t place(uint64_t index)
{
    return (off_t)(index * sizeof(uint64_t));
}

/* Bits that are 0 stay as they are. A frame that is no memory of programs is not made idle, and no error. */
static void write_word(struct idle_walk *walk)
{
    if (walk->has_word && pwrite(walk->bitmap, &walk->word, sizeof walk->word, place(walk->index)) != sizeof walk->word)
        walk->error = errno ? -errno : -EIO;
    walk->word = 0;
}

static void read_word(struct idle_walk *walk)
{
    if (pread(walk->bitmap, &walk->word, sizeof walk->word, place(walk->index)) != sizeof walk->word)
        walk->error = errno ? -errno : -EIO;
}

static void go_to_word(struct idle_walk *walk, uint64_t index)
{
    if (walk->has_word && walk->index == index)
        return;
    errno = 0;
    if (walk->marks)
        write_word(walk);
    walk->has_word = true;
    walk->index = index;
    if (!walk->marks)
        read_word(walk);
}

static void visit(void *context, uint64_t address, uint64_t word)
{
    struct idle_walk *walk = context;
    const uint64_t frame = word & PAGEMAP_FRAME, bit = UINT64_C(1) << frame % BITS;

    if (walk->data)
        page_runs_add(walk->data, address, address + PAGE);
    if (!(word & PAGEMAP_IS_PRESENT) || walk->error)
        return;
    if (frame == 0) {
        walk->error = -EPERM;
        return;
    }
    go_to_word(walk, frame / BITS);
    if (walk->marks)
        walk->word |= bit;
    else if (walk->word & bit && !walk->error)
        page_runs_add(walk->idle, address, address + PAGE);
}

int idle_pages_mark(int bitmap, struct pagemap *pagemap, uint64_t from, uint64_t to)
{
    struct idle_walk walk = {.bitmap = bitmap, .marks = true};
    const int error = pagemap_visit_present(pagemap, from, to, visit, &walk);

    errno = 0;
    write_word(&walk);
    return error ? error : walk.error;
}

int idle_pages_collect(int bitmap, struct pagemap *pagemap, uint64_t from, uint64_t to, struct page_runs *data,
                       struct page_runs *idle)
{
    struct idle_walk walk = {.bitmap = bitmap, .data = data, .idle = idle};
    const int error = pagemap_visit_present(pagemap, from, to, visit, &walk);

    return error ? error : walk.error;
}
