/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include <string.h>

#include "base/xalloc.h"
#include "limit_list.h"
#include "look.h"
#include "page_owners.h"
#include "process_list.h"
#include "process_oom.h"

static void add(struct figure_list *list, struct limit_figure figure)
{
    list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = figure;
}

#define ADD(group, name, label, unit, value) add(list, (struct limit_figure){group, name, label, FIGURE_##unit, value, NULL})

static struct known product(struct known a, struct known b)
{
    uint64_t value;

    if (!a.known || !b.known || __builtin_mul_overflow(a.value, b.value, &value))
        return (struct known){0};
    return known_value(value);
}

/* ---- A process ---- */

static void add_sizes(const struct process_look *look, struct figure_list *list)
{
    const struct process_status *status = &look->status;

    ADD("memory", "resident", "resident", BYTES, status->resident);
    ADD("memory", "peak", "most so far", BYTES, status->peak);
    ADD("memory", "address_space", "address space", BYTES, status->size);
    ADD("memory", "data", "private writable", BYTES, status->data);
    ADD("memory", "stack", "main stack", BYTES, status->stack);
    ADD("memory", "locked", "locked", BYTES, status->locked);
    ADD("memory", "pinned", "pinned", BYTES, status->pinned);
    ADD("memory", "swapped", "swapped out", BYTES, status->swapped);
    ADD("memory", "page_tables", "page tables", BYTES, status->page_table);
    ADD("memory", "huge_pages", "huge pages", BYTES, status->huge_pages);
    ADD("memory", "threads", "threads", COUNT, status->threads);
    ADD("memory", "mappings", "mappings", COUNT, look->mappings);
}

static void add_pages(const struct process_look *look, struct figure_list *list)
{
    const struct page_counts *pages = &look->pages;

    ADD("pages", "resident", "Rss", BYTES, pages->resident);
    ADD("pages", "proportional", "Pss", BYTES, pages->proportional);
    ADD("pages", "unique", "Uss", BYTES, page_counts_unique(pages));
    ADD("pages", "anonymous", "anonymous", BYTES, pages->anonymous);
    ADD("pages", "copy_exposure", "shared, copied when written", BYTES, page_counts_copy_exposure(pages));
    ADD("pages", "fork_cost", "a fork, if all is written", BYTES, known_plus(pages->anonymous, known_value(pages->swapped.value)));
    ADD("pages", "merged", "merged", BYTES, pages->merged);
    ADD("pages", "transparent_huge", "transparent huge pages", BYTES, pages->huge);
    ADD("pages", "locked", "locked and resident", BYTES, pages->locked);
    ADD("pages", "swapped_proportional", "swapped, proportional", BYTES, pages->swapped_proportional);
    ADD("faults", "minor", "minor faults", COUNT, look->stat.minor_faults);
    ADD("faults", "major", "major faults", COUNT, look->stat.major_faults);
}

static void add_standing(const struct limits_context *context, struct figure_list *list)
{
    const struct process_look *look = context->process;
    const struct memory_info *memory = &context->machine->memory;
    struct known total = known_plus(memory->total, memory->swap_total);
    const struct listed_process process = process_look_listed(look);
    struct oom_standing standing = {0};

    if (context->all && total.known)
        standing = oom_standing_of(context->all, &process, total.value);
    ADD("oom", "share", "share of memory and swap", PERCENT, standing.share);
    ADD("oom", "adjustment", "oom_score_adj", COUNT, look->oom_adjustment);
    list->items[list->count - 1].unit = FIGURE_SIGNED;
    ADD("oom", "score", "oom_score", COUNT, look->oom_score);
    ADD("oom", "rank", "rank", COUNT, standing.rank ? known_value(standing.rank) : (struct known){0});
    ADD("oom", "candidates", "of", COUNT, context->all ? known_value(standing.others) : (struct known){0});
}

static void add_merging(const struct merging_process *merging, struct figure_list *list)
{
    ADD("merging", "items", "pages looked at", COUNT, merging->items);
    ADD("merging", "merged_pages", "pages merged", COUNT, merging->merged_pages);
    ADD("merging", "zero_pages", "zero pages", COUNT, merging->zero_pages);
    ADD("merging", "profit", "profit", SIGNED_BYTES, merging->profit);
}

/* ---- Overcommit ---- */

static const char *mode_word(struct known mode)
{
    static const char *const words[] = {"heuristic", "always", "strict"};

    return mode.known && mode.value < 3 ? words[mode.value] : NULL;
}

/* The whole account, so that a reader can follow it. */
static void add_commit(const struct limits_context *context, struct figure_list *list)
{
    const struct machine_look *machine = context->machine;
    const struct commit_account account = commit_account_of(context);
    const bool strict = account.mode.known && account.mode.value == 2;

    ADD("commit", "mode", "vm.overcommit_memory:", WORD, account.mode);
    list->items[list->count - 1].word = mode_word(account.mode);
    ADD("commit", "memory", "memory", BYTES, machine->memory.total);
    ADD("commit", "huge_pages", "less huge pages", BYTES, machine->memory.huge_memory);
    ADD("commit", "ratio", "times vm.overcommit_ratio", PERCENT, product(machine->settings.overcommit_ratio, known_value(100)));
    ADD("commit", "kbytes", "or vm.overcommit_kbytes", BYTES, machine->settings.overcommit_kbytes);
    ADD("commit", "swap", "plus swap", BYTES, machine->memory.swap_total);
    ADD("commit", "limit", "is CommitLimit", BYTES, account.limit);
    ADD("commit", "admin_reserve", "less the reserve of root", BYTES, account.admin_reserve);
    ADD("commit", "user_reserve", "less the reserve of users", BYTES, account.user_reserve);
    ADD("commit", "committed", "less Committed_AS", BYTES, account.committed);
    ADD("commit", "left", strict ? "is left" : "would be left, if strict", BYTES, account.left);
}

/* ---- The machine ---- */

static void add_memory(const struct machine_look *look, struct figure_list *list)
{
    ADD("memory", "total", "of the machine", BYTES, look->memory.total);
    ADD("memory", "available", "available", BYTES, look->memory.available);
    ADD("memory", "free", "free", BYTES, look->memory.free);
    ADD("memory", "cached", "cached", BYTES, look->memory.cached);
    ADD("memory", "locked", "locked", BYTES, look->memory.locked);
    ADD("memory", "unevictable", "unevictable", BYTES, look->memory.unevictable);
    ADD("memory", "watermark_min", "watermark min", BYTES, look->zones.min);
    ADD("memory", "watermark_low", "watermark low", BYTES, look->zones.low);
    ADD("memory", "watermark_high", "watermark high", BYTES, look->zones.high);
    ADD("swap", "total", "swap", BYTES, look->memory.swap_total);
    ADD("swap", "free", "free", BYTES, look->memory.swap_free);
    ADD("swap", "areas", "areas", COUNT, look->swaps.count);
    ADD("swap", "pages_in", "pages swapped in", COUNT, look->counters.swapped_in);
    ADD("swap", "pages_out", "pages swapped out", COUNT, look->counters.swapped_out);
}

static void add_pressure(const struct pressure *pressure, struct figure_list *list)
{
    ADD("pressure", "some_percent", "some wait, last minute", PERCENT, pressure->some.average);
    ADD("pressure", "some_us", "some waited", MICROSECONDS, pressure->some.total_us);
    ADD("pressure", "full_percent", "all wait, last minute", PERCENT, pressure->full.average);
    ADD("pressure", "full_us", "all waited", MICROSECONDS, pressure->full.total_us);
}

static void add_machine_merging(const struct merging_machine *merging, struct figure_list *list)
{
    ADD("merging", "run", "/sys/kernel/mm/ksm/run", COUNT, merging->run);
    ADD("merging", "full_scans", "full scans", COUNT, merging->full_scans);
    ADD("merging", "pages_shared", "pages shared", COUNT, merging->pages_shared);
    ADD("merging", "pages_sharing", "pages saved", COUNT, merging->pages_sharing);
    ADD("merging", "pages_unshared", "pages alone", COUNT, merging->pages_unshared);
    ADD("merging", "pages_volatile", "pages that change", COUNT, merging->pages_volatile);
    ADD("merging", "zero_pages", "zero pages", COUNT, merging->zero_pages);
    ADD("merging", "profit", "profit", SIGNED_BYTES, merging->profit);
}

static const char *huge_page_word(const char *mode)
{
    static const char *const words[] = {"always", "madvise", "never"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], mode) == 0)
            return words[i];
    return NULL;
}

static void add_kernel(const struct machine_look *look, struct figure_list *list)
{
    ADD("huge_pages", "size", "size of one", BYTES, look->memory.huge_page_size);
    ADD("huge_pages", "total", "in the pool", COUNT, look->memory.huge_total);
    ADD("huge_pages", "free", "free", COUNT, look->memory.huge_free);
    ADD("huge_pages", "reserved", "reserved", COUNT, look->memory.huge_reserved);
    ADD("huge_pages", "transparent", "transparent:", WORD, known_value(0));
    list->items[list->count - 1].word = huge_page_word(look->huge_page_mode);
    ADD("oom", "kills", "OOM kills since boot", COUNT, look->counters.oom_kills);
    ADD("oom", "panic", "vm.panic_on_oom", COUNT, look->settings.panic_on_oom);
    ADD("oom", "kill_allocating_task", "vm.oom_kill_allocating_task", COUNT, look->settings.oom_kill_allocating_task);
    ADD("kernel", "realtime", "PREEMPT_RT", YES_NO, look->realtime);
    ADD("kernel", "tasks", "threads", COUNT, look->tasks);
    ADD("kernel", "threads_max", "kernel.threads-max", COUNT, look->settings.threads_max);
    ADD("kernel", "pid_max", "kernel.pid_max", COUNT, look->settings.pid_max);
    ADD("kernel", "max_map_count", "vm.max_map_count", COUNT, look->settings.max_map_count);
    ADD("kernel", "swappiness", "vm.swappiness", COUNT, look->settings.swappiness);
    ADD("kernel", "watermark_scale_factor", "vm.watermark_scale_factor", COUNT, look->settings.watermark_scale_factor);
}

void figures_make(const struct limits_context *context, struct figure_list *list)
{
    static const struct pressure nothing;
    const struct process_look *process = context->process;

    *list = (struct figure_list){0};
    if (process) {
        add_sizes(process, list);
        add_pages(process, list);
        add_commit(context, list);
        add_standing(context, list);
        add_pressure(process->groups.memory_count ? &process->groups.memory[0].pressure : &nothing, list);
        add_merging(&process->merging, list);
        return;
    }
    add_memory(context->machine, list);
    add_commit(context, list);
    add_pressure(&context->machine->pressure, list);
    add_machine_merging(&context->machine->merging, list);
    add_kernel(context->machine, list);
}
