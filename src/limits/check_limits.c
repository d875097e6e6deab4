/* SPDX-License-Identifier: MIT
 * Checks of the limits of a process, and of overcommit. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "checks.h"
#include "look.h"
#include "page_owners.h"

enum { PAGE = 4096, NEAR_BYTES = 64 << 20, USED_PERCENT = 80, MAPPINGS_SPARE = 8 };

/* The limit of this name, if it is one and what is left of it is known; or NULL. */
static const struct limit *find_limit(const struct check_input *input, const char *name)
{
    for (size_t i = 0; i < input->limits->count; i++)
        if (strcmp(input->limits->items[i].name, name) == 0)
            return known_limits(input->limits->items[i].left) ? &input->limits->items[i] : NULL;
    return NULL;
}

static uint64_t percent_of(uint64_t value, unsigned percent)
{
    return value / 100 * percent + value % 100 * percent / 100;
}

/* What must be left for no warning: a tenth of the limit, or so many bytes; or what --warn-at says. */
static uint64_t wanted_left(const struct check_input *input, uint64_t limit, uint64_t bytes)
{
    uint64_t tenth = percent_of(limit, 10);

    if (input->settings.warn_percent)
        return limit - percent_of(limit, input->settings.warn_percent);
    return tenth > bytes ? tenth : bytes;
}

static bool is_used_to(const struct check_input *input, const struct limit *limit, unsigned percent)
{
    unsigned wanted = input->settings.warn_percent ? input->settings.warn_percent : percent;

    return limit->used.known && limit->used.value > percent_of(limit->limit.value, wanted);
}

/* ---- Bytes ---- */

static void check_bytes(const struct check_input *input, const struct check_row *row, struct finding_list *list, const char *name,
                        const char *what)
{
    const struct limit *limit = find_limit(input, name);

    if (limit == NULL || input->now.process == NULL)
        return;
    bool full = limit->left.value < PAGE || limit->left.value < input->settings.request;
    if (!full && limit->left.value >= wanted_left(input, limit->limit.value, NEAR_BYTES))
        return;
    char *numbers = xasprintf("%s of %s %s left; beyond it mmap and brk fail with ENOMEM", size_text(limit->left.value).text, name,
                              size_text(limit->limit.value).text);
    check_report(list, row, full ? FINDING_ERROR : FINDING_WARNING, NULL, xstrdup(what), numbers);
}

void check_address_space(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    check_bytes(input, row, list, "RLIMIT_AS", "the address space is nearly used up");
}

void check_data(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    check_bytes(input, row, list, "RLIMIT_DATA", "the data segment is nearly used up");
}

void check_stack(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = find_limit(input, "RLIMIT_STACK");

    if (limit == NULL || !is_used_to(input, limit, USED_PERCENT))
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("the main stack is nearly as large as it may be"),
                 xasprintf("%s of %s RLIMIT_STACK; beyond it SIGSEGV", size_text(limit->used.value).text,
                           size_text(limit->limit.value).text));
}

void check_locked(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = find_limit(input, "RLIMIT_MEMLOCK");

    if (limit == NULL || limit->used.value == 0 || !is_used_to(input, limit, USED_PERCENT))
        return;
    check_report(list, row, limit->left.value < PAGE ? FINDING_ERROR : FINDING_WARNING, NULL,
                 xstrdup("nearly all memory is locked that may be"),
                 xasprintf("%s of %s RLIMIT_MEMLOCK locked; mlock of more than %s fails with ENOMEM",
                           size_text(limit->used.value).text, size_text(limit->limit.value).text,
                           size_text(limit->left.value).text));
}

/* What of a locked mapping is not resident. Nothing of what cannot be accessed ever is; special mappings have no pages of ours. */
static uint64_t missing_pages(const struct memory_map *map, const struct mapping_pages *mapping)
{
    const bool access = map->readable || map->writable || map->executable;
    const uint64_t present = mapping->pages.resident.value + mapping->pages.swapped.value, size = map->end - map->start;

    return mapping->locked && access && map->path[0] != '[' && mapping->pages.resident.known && present < size ? size - present : 0;
}

void check_locked_resident(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_pages *pages = input->now.process ? &input->now.process->each : NULL;
    uint64_t missing = 0, on_fault = 0;

    for (size_t i = 0; pages && i < pages->maps.count; i++) {
        uint64_t bytes = missing_pages(&pages->maps.maps[i], &pages->mappings[i]);
        *(pages->mappings[i].locked_on_fault ? &on_fault : &missing) += bytes;
    }
    if (missing + on_fault == 0)
        return;
    check_report(list, row, missing > 0 ? FINDING_WARNING : FINDING_NOTE, NULL, xstrdup("locked memory is not resident"),
                 xasprintf("%s of %s locked are not resident (%s locked on fault)", size_text(missing + on_fault).text,
                           size_text(input->now.process->status.locked.value).text, size_text(on_fault).text));
}

/* ---- Numbers ---- */

/* "; most: 30000 of mapping, 500 of /usr/lib/x.so": who has so many mappings, if each was looked at. */
static char *largest_owners(const struct process_look *process)
{
    struct page_owners owners;
    char *text = xstrdup("");

    page_owners_make(&process->each, &owners);
    for (int place = 0; place < 3; place++) {
        struct page_owner *most = NULL;
        for (size_t i = 0; i < owners.count; i++)
            if (owners.items[i].mappings > 0 && (most == NULL || owners.items[i].mappings > most->mappings))
                most = &owners.items[i];
        if (most == NULL)
            break;
        char *longer = xasprintf("%s%s%zu %s%s%s", text, place ? ", " : "; most: ", most->mappings, owner_kind_name(most->kind),
                                 most->name ? " " : "", most->name ? most->name : "");
        free(text);
        text = longer;
        most->mappings = 0;
    }
    page_owners_finish(&owners);
    return text;
}

void check_mappings(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = find_limit(input, "vm.max_map_count");

    if (limit == NULL || (!is_used_to(input, limit, USED_PERCENT) && limit->left.value >= MAPPINGS_SPARE))
        return;
    char *most = largest_owners(input->now.process);
    check_report(
        list, row, limit->left.value < MAPPINGS_SPARE ? FINDING_ERROR : FINDING_WARNING, NULL,
        xstrdup("the process has nearly as many mappings as it may have"),
        xasprintf("%" PRIu64 " of %" PRIu64 " mappings (vm.max_map_count)%s", limit->used.value, limit->limit.value, most));
    free(most);
}

static void check_tasks(const struct check_input *input, const struct check_row *row, struct finding_list *list,
                        const struct limit *limit, const char *what)
{
    if (limit == NULL || !known_limits(limit->left) || !is_used_to(input, limit, USED_PERCENT))
        return;
    check_report(list, row, limit->left.value == 0 ? FINDING_ERROR : FINDING_WARNING, limit->where, xstrdup(what),
                 xasprintf("%" PRIu64 " of %" PRIu64 " threads (%s); beyond it fork and pthread_create fail with EAGAIN",
                           limit->used.value, limit->limit.value, limit->name));
}

void check_processes(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    check_tasks(input, row, list, find_limit(input, "RLIMIT_NPROC"), "the user has nearly as many threads as allowed");
}

void check_group_tasks(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    for (size_t i = 0; i < input->limits->count; i++)
        if (strcmp(input->limits->items[i].name, "cgroup pids") == 0)
            check_tasks(input, row, list, &input->limits->items[i], "the control group has nearly as many threads as allowed");
}

void check_system_tasks(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    if (input->now.process)
        return;
    const struct limit *threads = find_limit(input, "kernel.threads-max"), *pids = find_limit(input, "kernel.pid_max");
    const struct limit *first = threads && pids ? (pids->left.value < threads->left.value ? pids : threads)
                                : threads       ? threads
                                                : pids;
    check_tasks(input, row, list, first, "the machine has nearly as many threads as it allows");
}

/* ---- Overcommit ---- */

void check_strict_commit(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct commit_account account = commit_account_of(&input->now);
    const struct limit *limit = find_limit(input, "CommitLimit");

    if (limit == NULL)
        return;
    uint64_t wanted = percent_of(account.limit.value, input->settings.warn_percent ? 100 - input->settings.warn_percent : 5);
    bool full = limit->left.value < PAGE || limit->left.value < input->settings.request;
    if (!full && limit->left.value >= wanted)
        return;
    check_report(list, row, full ? FINDING_ERROR : FINDING_WARNING, NULL, xstrdup("strict overcommit: little is left to commit"),
                 xasprintf("%s left of CommitLimit %s (reserved: %s for users, %s for root; Committed_AS %s)",
                           size_text(limit->left.value).text, size_text(account.limit.value).text,
                           size_text(account.user_reserve.value).text, size_text(account.admin_reserve.value).text,
                           size_text(account.committed.value).text));
}

void check_commit_request(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = find_limit(input, "single request");

    if (input->now.process || limit == NULL || input->settings.request <= limit->limit.value)
        return;
    check_report(list, row, FINDING_ERROR, NULL, xstrdup("heuristic overcommit refuses the request"),
                 xasprintf("a request of %s is more than memory and swap, %s", size_text(input->settings.request).text,
                           size_text(limit->limit.value).text));
}

void check_commit_fork(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = find_limit(input, "CommitLimit");

    if (limit == NULL || input->now.process == NULL)
        return;
    struct known again = known_plus(input->now.process->status.data, input->now.process->status.stack);
    if (!again.known || again.value <= limit->left.value)
        return;
    check_report(
        list, row, FINDING_WARNING, NULL, xstrdup("strict overcommit: fork would fail with ENOMEM"),
        xasprintf("fork has to commit %s again, %s is left", size_text(again.value).text, size_text(limit->left.value).text));
}
