/* SPDX-License-Identifier: MIT
 * Checks of the calls that lock and unlock. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "lock_checks.h"

/* ---- Failures ---- */

static char *request_text(const struct lock_failure *failure)
{
    if (failure->size == 0)
        return xstrdup(failure->call == LOCK_CALL_MLOCKALL ? "the whole address space" : "nothing");
    if (failure->address == 0)
        return xstrdup(size_text(failure->size).text);
    return xasprintf("%s at 0x%" PRIx64, size_text(failure->size).text, failure->address);
}

void lock_check_failed(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const struct lock_replay *replay = look->replay;

    for (size_t i = 0; i < replay->event_count; i++) {
        const struct lock_event *event = &replay->events[i];
        const struct lock_failure *failure = &event->failure;
        if (event->kind != LOCK_EVENT_FAILED)
            continue;
        char *request = request_text(failure), *why = lock_failure_explain(failure);
        const char *name = strerrorname_np(failure->error);
        struct site_finding *found =
            lock_check_report(list, row, lock_failure_by_own(failure) ? FINDING_WARNING : FINDING_ERROR,
                              xasprintf("%s of %s failed with %s", failure->name, request, name ? name : "an unknown error"), why);
        found->count = event->count;
        site_finding_place(found, ROLE_CALL, event->site);
        free(request);
    }
}

static uint64_t freed_bytes(const struct lock_look *look, const struct lock_range *range)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < look->freed_count; i++) {
        const uint64_t start = lock_page_down(look->freed[i].start), end = lock_page_up(look->freed[i].start + look->freed[i].size);
        const uint64_t from = start > range->start ? start : range->start, to = end < range->end ? end : range->end;
        bytes += from < to ? to - from : 0;
    }
    return bytes < range->end - range->start ? bytes : range->end - range->start;
}

/* One finding for each call that failed. */
void lock_check_unchecked(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const struct lock_replay *replay = look->replay;
    const struct lock_set *refused = &replay->refused;
    struct lock_set seen = {0};

    for (size_t i = 0; i < refused->count; i++) {
        const struct lock_range *first = &refused->ranges[i];
        uint64_t bytes = 0;
        if (lock_set_overlap(&seen, first->start, first->end) > 0)
            continue;
        for (size_t k = i; k < refused->count; k++)
            if (refused->ranges[k].site == first->site) {
                bytes += refused->ranges[k].end - refused->ranges[k].start - freed_bytes(look, &refused->ranges[k]);
                lock_set_add(&seen, &refused->ranges[k]);
            }
        if (bytes == 0)
            continue;
        struct site_finding *found =
            lock_check_report(list, row, FINDING_NOTE, xstrdup("the program went on without the lock that had failed"),
                              xasprintf("%s not locked in the end; %" PRIu64 " of %" PRIu64 " calls failed", size_text(bytes).text,
                                        replay->failures, replay->calls));
        site_finding_place(found, ROLE_CALL, first->site);
    }
    lock_set_finish(&seen);
}

/* ---- Unlocks ---- */

static void place_unlock(struct site_finding *found, const struct lock_event *event)
{
    found->count = event->count;
    site_finding_place(found, ROLE_UNLOCK, event->site);
    site_finding_place(found, ROLE_LOCK, event->loser_site);
    if (event->unlocked_site != event->loser_site)
        site_finding_place(found, ROLE_OTHER_LOCK, event->unlocked_site);
}

void lock_check_not_nested(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    for (size_t i = 0; i < look->replay->event_count; i++) {
        const struct lock_event *event = &look->replay->events[i];
        if (event->kind != LOCK_EVENT_NOT_NESTED)
            continue;
        place_unlock(lock_check_report(list, row, FINDING_WARNING, xstrdup("one unlock undid two locks of the same memory"),
                                       xasprintf("%s at 0x%" PRIx64 " were locked by another call, too",
                                                 size_text(event->size).text, event->address)),
                     event);
    }
}

void lock_check_shared_page(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    for (size_t i = 0; i < look->replay->event_count; i++) {
        const struct lock_event *event = &look->replay->events[i];
        if (event->kind != LOCK_EVENT_SHARED_PAGE)
            continue;
        place_unlock(
            lock_check_report(list, row, FINDING_WARNING,
                              xasprintf("page 0x%" PRIx64 ": the unlock of one object also unlocked another", event->page),
                              xasprintf("%s at 0x%" PRIx64 " have lost their lock", size_text(event->size).text, event->address)),
            event);
    }
}

/* ---- MCL_FUTURE ---- */

static void check_capability(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const struct lock_replay *replay = look->replay;

    if (!replay->future || !replay->future_privileged || look->privileged || !known_limits(look->limit))
        return;
    struct site_finding *found =
        lock_check_report(list, row, FINDING_WARNING, xstrdup("CAP_IPC_LOCK was given up while MCL_FUTURE is in force"),
                          xasprintf("RLIMIT_MEMLOCK of %s now holds for all that is mapped", size_text(look->limit.value).text));
    site_finding_place(found, ROLE_LOCK, replay->future_site);
}

void lock_check_future_dropped(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    for (size_t i = 0; i < look->replay->event_count; i++) {
        const struct lock_event *event = &look->replay->events[i];
        if (event->kind != LOCK_EVENT_FUTURE_DROPPED)
            continue;
        struct site_finding *found =
            lock_check_report(list, row, FINDING_WARNING, xstrdup("mlockall without MCL_FUTURE undid an earlier one with it"),
                              xstrdup("what is mapped from then on is not locked"));
        found->count = event->count;
        site_finding_place(found, ROLE_CALL, event->site);
        site_finding_place(found, ROLE_LOCK, event->loser_site);
    }
    check_capability(look, row, list);
}

/* ---- Death ---- */

void lock_check_exceeds_group(const struct lock_look *look, const struct lock_check_row *row, struct site_finding_list *list)
{
    const struct lock_death *death = look->death;
    char *numbers;

    if (!death)
        return;
    if (death->group && known_limits(death->limit))
        numbers = xasprintf("control group %s: limit %s, %s in use", death->group, size_text(death->limit.value).text,
                            death->used.known ? size_text(death->used.value).text : "an unknown part");
    else
        numbers = xstrdup("no control group with a limit is to be seen: the whole machine was short of memory");
    char *size = death->size > 0 ? xasprintf("%s of %s", death->call, size_text(death->size).text) : xstrdup(death->call);
    struct site_finding *found =
        lock_check_report(list, row, FINDING_ERROR, xasprintf("killed for want of memory inside of %s", size), numbers);
    site_finding_place(found, ROLE_CALL, death->site);
    free(size);
}
