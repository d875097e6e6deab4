/* SPDX-License-Identifier: MIT
 * Checks of what is locked when a process ends. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "lock_checks.h"

/* ---- Leaks ---- */

static bool is_same_leak(const struct lock_freed *a, const struct lock_freed *b)
{
    return a->lock_site == b->lock_site && a->allocation_site == b->allocation_site && a->free_site == b->free_site;
}

/* Pages that freed blocks share count once. */
void lock_check_leaked(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    bool *told = xcalloc(look->freed_count, sizeof *told);

    for (size_t i = 0; i < look->freed_count; i++) {
        const struct lock_freed *first = &look->freed[i];
        struct lock_set pages = {0};
        uint64_t blocks = 0, last = 0;
        if (told[i])
            continue;
        for (size_t k = i; k < look->freed_count; k++) {
            const struct lock_freed *freed = &look->freed[k];
            if (!is_same_leak(first, freed))
                continue;
            told[k] = true;
            blocks += blocks == 0 || freed->block != last;
            last = freed->block;
            lock_set_add(&pages, &(struct lock_range){.start = lock_page_down(freed->start),
                                                      .end = lock_page_up(freed->start + freed->size)});
        }
        struct site_finding *found =
            lock_check_report(list, row, FINDING_WARNING, xstrdup("locked memory was freed without munlock"),
                              xasprintf("%s stay locked for %" PRIu64 " freed block%s", size_text(lock_set_bytes(&pages)).text,
                                        blocks, blocks == 1 ? "" : "s"));
        found->count = blocks;
        site_finding_place(found, ROLE_LOCK, first->lock_site);
        site_finding_place(found, ROLE_FREE, first->free_site);
        site_finding_place(found, ROLE_ALLOCATION, first->allocation_site);
        lock_set_finish(&pages);
    }
    free(told);
}

void lock_check_segment(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    for (size_t i = 0; i < look->segment_count; i++) {
        const struct lock_segment *segment = &look->segments[i];
        struct site_finding *found =
            lock_check_report(list, row, FINDING_WARNING, xasprintf("shared memory segment %d stays locked", segment->id),
                              xasprintf("%s, until SHM_UNLOCK or IPC_RMID",
                                        segment->bytes.known ? size_text(segment->bytes.value).text : "a size that is not known"));
        site_finding_place(found, ROLE_LOCK, segment->site);
    }
}

/* ---- Pieces ---- */

/* How much of a piece a check is about. */
typedef uint64_t piece_bytes(const struct lock_piece *piece);

/* Sums up the pieces of each call site; `report` is called for each that has some. */
struct piece_sum {
    uint32_t site;
    bool on_fault;
    uint64_t bytes, total;
};

static size_t sum_pieces(const struct lock_pieces *pieces, piece_bytes *bytes_of, struct piece_sum **sums)
{
    size_t count = 0, capacity = 0;

    *sums = NULL;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct lock_piece *piece = &pieces->items[i];
        const uint64_t bytes = bytes_of(piece);
        size_t at = 0;
        if (bytes == 0)
            continue;
        while (at < count && ((*sums)[at].site != piece->site || (*sums)[at].on_fault != piece->on_fault))
            at++;
        if (at == count) {
            *sums = xgrow(*sums, &capacity, count + 1, sizeof **sums);
            (*sums)[count++] = (struct piece_sum){.site = piece->site, .on_fault = piece->on_fault};
        }
        (*sums)[at].bytes += bytes;
        (*sums)[at].total += piece->end - piece->start;
    }
    return count;
}

static uint64_t absent_bytes(const struct lock_piece *piece)
{
    return piece->accessible ? piece->absent : 0;
}

void lock_check_not_resident(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    struct piece_sum *sums = NULL;
    const size_t count = look->pieces && look->absent_known ? sum_pieces(look->pieces, absent_bytes, &sums) : 0;

    for (size_t i = 0; i < count; i++) {
        struct site_finding *found = lock_check_report(
            list, row, sums[i].on_fault ? FINDING_NOTE : FINDING_WARNING,
            xasprintf("locked memory is not in RAM%s", sums[i].on_fault ? ": it is locked when it is first used" : ""),
            xasprintf("%s of %s", size_text(sums[i].bytes).text, size_text(sums[i].total).text));
        site_finding_place(found, ROLE_LOCK, sums[i].site);
    }
    free(sums);
}

static uint64_t dumped_bytes(const struct lock_piece *piece)
{
    return piece->way == LOCK_CALL && piece->anonymous && piece->accessible && piece->dumped ? piece->end - piece->start : 0;
}

void lock_check_dumpable(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const bool dumps = look->core_piped || (look->core_limit.known && look->core_limit.value > 0);
    struct piece_sum *sums = NULL;
    const size_t count = look->pieces && dumps ? sum_pieces(look->pieces, dumped_bytes, &sums) : 0;

    for (size_t i = 0; i < count; i++) {
        char *limit = look->core_piped ? xstrdup("kernel.core_pattern is a pipe")
                                       : xasprintf("RLIMIT_CORE is %s", size_text(look->core_limit.value).text);
        struct site_finding *found =
            lock_check_report(list, row, FINDING_NOTE, xstrdup("locked memory would be written into a core dump"),
                              xasprintf("%s; %s", size_text(sums[i].bytes).text, limit));
        site_finding_place(found, ROLE_LOCK, sums[i].site);
        free(limit);
    }
    free(sums);
}

/* ---- Fork ---- */

void lock_check_after_fork(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const struct lock_replay *replay = look->replay;

    if (!look->lost_touched.known || look->lost_touched.value == 0)
        return;
    struct site_finding *found =
        lock_check_report(list, row, FINDING_WARNING, xstrdup("works on memory that only its parent has locked"),
                          xasprintf("%s of it were written to; %s were locked in the parent, none here",
                                    size_text(look->lost_touched.value).text, size_text(lock_set_bytes(&replay->lost)).text));
    site_finding_place(found, ROLE_FORK, replay->fork_site);
    site_finding_place(found, ROLE_LOCK, replay->lost.ranges[0].site);
}
