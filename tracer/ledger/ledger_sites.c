/* SPDX-License-Identifier: MIT */
#include "ledger_sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* The frames of sites that were added one after the other lie side by side, so they are read in large pieces. */
enum { WINDOW = 256 * 1024 };

struct frame_window {
    uint64_t start, end; /* what `bytes` holds */
    char bytes[WINDOW];
};

static bool window_fill(struct ledger_source *source, struct frame_window *window, uint64_t address, size_t size)
{
    window->start = address;
    window->end = address + memory_read(source->memory, address, window->bytes, WINDOW);
    if (window->end - window->start >= size)
        return true;
    source->corrupt = true;
    return false;
}

static void read_frames(struct ledger_source *source, struct frame_window *window, const struct lw_site *site,
                        struct heap_site *out)
{
    const size_t size = site->frame_count * sizeof(uint64_t);

    if (site->frame_count == 0)
        return;
    if (site->frame_count > LW_MAX_FRAMES || !ledger_source_claim_data(source, site->frames, size)) {
        source->corrupt = true;
        return;
    }
    if ((site->frames < window->start || site->frames + size > window->end) && !window_fill(source, window, site->frames, size))
        return;
    uint64_t *frames = xmalloc(size);
    memcpy(frames, window->bytes + (site->frames - window->start), size);
    out->frames = frames;
    out->frame_count = site->frame_count;
}

static void read_site(struct ledger_source *source, struct frame_window *window, const struct lw_site *site, struct heap_site *out)
{
    *out = (struct heap_site){
        .truncated = site->truncated != 0,
        .generation = site->generation,
        .taken_blocks = site->taken_blocks,
        .taken_bytes = site->taken_bytes,
        .given_blocks = site->given_blocks,
        .given_bytes = site->given_bytes,
        .peak_blocks = site->peak_blocks,
        .peak_bytes = site->peak_bytes,
    };
    read_frames(source, window, site, out);
}

/* Ids in use, 0 included: not more than there is memory with data for. */
static size_t count_sites(struct ledger_source *source, const struct lw_ledger *ledger)
{
    const size_t room = source->data / sizeof(struct lw_site), wanted = ledger->site_count + (size_t)1;

    if (wanted <= room && wanted <= LW_SITES_MAX)
        return wanted;
    source->corrupt = true;
    return room < 1 ? 1 : room < LW_SITES_MAX ? room : LW_SITES_MAX;
}

void ledger_sites_read(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    const size_t segment_size = LW_SITE_SEGMENT_SIZE * sizeof(struct lw_site);
    struct lw_site *segment = xmalloc(segment_size);
    struct frame_window *window = xmalloc(sizeof *window);

    window->start = window->end = 0;
    contents->site_count = count_sites(source, ledger);
    contents->sites = xcalloc(contents->site_count, sizeof *contents->sites);
    for (size_t first = 0; first < contents->site_count; first += LW_SITE_SEGMENT_SIZE) {
        const uint64_t address = ledger->site_segments[first / LW_SITE_SEGMENT_SIZE];
        if (address == 0 && first == 0 && ledger->site_count == 0)
            break;
        if (!ledger_source_claim(source, address, segment_size) ||
            !ledger_source_read_sparse(source, address, segment, segment_size))
            continue;
        for (size_t i = 0; i < LW_SITE_SEGMENT_SIZE && first + i < contents->site_count; i++)
            read_site(source, window, &segment[i], &contents->sites[first + i]);
    }
    free(window);
    free(segment);
}

void ledger_sites_leave_out(struct ledger_contents *contents, struct address_range code)
{
    for (size_t i = 0; contents->sites && i < contents->site_count; i++) {
        struct heap_site *site = &contents->sites[i];
        uint64_t *frames = (uint64_t *)site->frames; /* ours; const for everybody else */
        uint16_t kept = 0;
        for (uint16_t frame = 0; frame < site->frame_count; frame++)
            if (frames[frame] < code.start || frames[frame] >= code.end)
                frames[kept++] = frames[frame];
        site->frame_count = kept;
    }
}
