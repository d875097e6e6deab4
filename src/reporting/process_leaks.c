/* SPDX-License-Identifier: MIT */
#include "process_leaks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "heap/snapshot.h"
#include "model/report_names.h"
#include "records/process_record.h"
#include "suppressions/suppressions.h"
#include "cold_naming.h"
#include "duplicate_checks.h"
#include "growth_series.h"
#include "leak_history.h"
#include "leak_list.h"
#include "leak_watch.h"
#include "object_namer.h"
#include "pointer_naming.h"
#include "stack_namer.h"

/* Names and verdicts for the call sites of one snapshot, made when first asked for. */
struct site_namer {
    const struct leak_check *check;
    struct stack_namer *namer;
    struct object_namer objects;
    struct process_leaks *leaks;
    struct report_stack *stacks; /* of each site; frames are NULL: not yet named */
    size_t *hits;                /* of each site: index in leaks->hits of its suppression, plus 1; 0: none */
};

/* Groups are what a process had before its blocks had call sites. */
static const char *before_attach(struct report_names *names, const char *content)
{
    char *text = xasprintf("before attach: %s", content);

    content = report_names_string(names, text);
    free(text);
    return content;
}

static const struct report_stack *stack_of_site(struct site_namer *sites, uint32_t site)
{
    const struct snapshot *snapshot = sites->check->snapshot;
    struct report_stack *stack = &sites->stacks[site < snapshot->site_count ? site : 0];

    if (stack->frames == NULL && site < snapshot->site_count) {
        const struct heap_site *known = &snapshot->sites[site];
        *stack = stack_namer_name(sites->namer, known->frames, known->frame_count, known->generation);
        stack->truncated = known->truncated;
        stack->content = known->points_to ? object_namer_group(&sites->objects, known->points_to)
                                          : stack_namer_content(sites->namer, known->content);
        if (stack->content && sites->check->record->followed)
            stack->content = before_attach(sites->check->names, stack->content);
    }
    return stack;
}

static const struct report_stack *name_of_site(void *context, uint32_t site)
{
    return stack_of_site(context, site);
}

static size_t hit_of(struct process_leaks *leaks, const struct suppressions *set, size_t index)
{
    for (size_t i = 0; i < leaks->hit_count; i++)
        if (leaks->hits[i].set == set && leaks->hits[i].index == index)
            return i;
    leaks->hits = xgrow(leaks->hits, &leaks->hit_capacity, leaks->hit_count + 1, sizeof *leaks->hits);
    leaks->hits[leaks->hit_count] = (struct suppression_hit){.set = set, .index = index};
    return leaks->hit_count++;
}

static bool is_suppressed(void *context, uint32_t site, enum leak_kind kind)
{
    struct site_namer *sites = context;

    for (size_t i = 0; i < LEAK_CHECK_SETS; i++) {
        const struct suppressions *set = sites->check->sets[i];
        if (set == NULL || !suppressions_cover(set, kind))
            continue;
        int index = suppressions_match(set, kind, stack_of_site(sites, site));
        if (index >= 0) {
            sites->hits[site] = hit_of(sites->leaks, set, (size_t)index) + 1;
            return true;
        }
    }
    return false;
}

static void count_hit(struct site_namer *sites, const struct leak_record *record)
{
    size_t hit = sites->hits[record->site];

    if (hit == 0)
        return; /* hangs below a block of another call site */
    sites->leaks->hits[hit - 1].amount.blocks += record->direct.blocks;
    sites->leaks->hits[hit - 1].amount.bytes += record->direct.bytes;
}

static void read_examples(const struct memory_view *memory, struct report_leak *leak)
{
    for (size_t i = 0; i < leak->example_count; i++) {
        struct report_example *example = &leak->examples[i];
        const size_t wanted = example->size < REPORT_EXAMPLE_BYTES ? (size_t)example->size : REPORT_EXAMPLE_BYTES;
        example->bytes = xmalloc(wanted);
        example->byte_count = memory_read(memory, example->address, example->bytes, wanted);
    }
}

static void list_leaks(struct site_namer *sites, const struct leak_result *result)
{
    const struct report_builder_settings *settings = sites->check->settings;
    struct process_leaks *leaks = sites->leaks;
    struct leak_list list = {.resolution = settings->resolution};

    for (size_t i = 0; i < result->record_count; i++) {
        const struct leak_record *record = &result->records[i];
        if (record->kind == LEAK_SUPPRESSED)
            count_hit(sites, record);
        else if ((settings->named_kinds | settings->error_kinds) & 1u << record->kind)
            leak_list_add(&list, record, stack_of_site(sites, record->site), settings->examples);
    }
    leak_list_finish(&list);
    leaks->leaks = list.leaks;
    leaks->leak_count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        struct report_leak *leak = &list.leaks[i];
        read_examples(&sites->check->snapshot->memory, leak);
        if (settings->error_kinds & 1u << leak->kind)
            leaks->errors++;
        if (settings->generate_suppressions)
            leak->suppression = suppression_generate(leak->kind, leak->allocator, &leak->stack);
    }
}

/* ---- Comparing with earlier looks ---- */

/* Blocks of one site. */
struct site_amounts {
    struct leak_amount live, survived; /* survived: lost at each look */
};

struct look {
    const struct leak_watch *watch;
    struct site_amounts *amounts; /* of each site */
    size_t site_count;
    uint64_t looks; /* this one included */
    struct leak_amount lost;
};

static void add_amount(struct leak_amount *sum, struct leak_amount amount)
{
    sum->blocks += amount.blocks;
    sum->bytes += amount.bytes;
}

/* Notes each lost block; only what has been lost for long enough is to be reported. */
static bool is_confirmed(void *context, const struct heap_block *block)
{
    struct look *look = context;
    struct site_amounts *amounts = &look->amounts[block->site < look->site_count ? block->site : 0];
    const struct leak_amount one = {1, block->size};
    const uint32_t looks = leak_history_note(look->watch->history, block->address, block->size);

    add_amount(&look->lost, one);
    if (looks == look->looks || looks == LEAK_HISTORY_LOOKS_MAX)
        add_amount(&amounts->survived, one);
    if (looks >= look->watch->confirm)
        return true;
    add_amount(&amounts->live, one); /* it will be in no record */
    return false;
}

/* What the blocks of a site have in common, in one line. */
static const char *site_title(struct site_namer *sites, uint32_t site)
{
    const struct report_stack *stack = stack_of_site(sites, site);

    if (stack->content)
        return stack->content;
    if (stack->frame_count > 0 && stack->frames[0]->function)
        return stack->frames[0]->function;
    return "call site not known";
}

static void look_begin(struct look *look, const struct leak_watch *watch, size_t site_count, struct leak_wishes *wishes)
{
    *look = (struct look){.watch = watch, .amounts = xcalloc(site_count, sizeof *look->amounts), .site_count = site_count};
    growth_series_begin(watch->growth, watch->at_ns);
    leak_history_begin(watch->history);
    look->looks = growth_series_looks(watch->growth);
    wishes->confirmed = is_confirmed;
    wishes->context = look;
}

static void look_end(struct look *look, struct site_namer *sites, const struct leak_result *result)
{
    for (size_t i = 0; i < result->record_count; i++)
        add_amount(&look->amounts[result->records[i].site].live, result->records[i].direct);
    for (size_t i = 0; i < look->site_count; i++) {
        const struct site_amounts *amounts = &look->amounts[i];
        if (amounts->live.blocks > 0)
            growth_series_add(look->watch->growth, site_title(sites, (uint32_t)i), amounts->live, amounts->survived);
    }
    growth_series_end(look->watch->growth, look->lost);
    leak_history_end(look->watch->history);
    free(look->amounts);
}

static struct report_duplicates make_duplicates(const struct page_duplicates *counts)
{
    struct report_duplicates duplicates = {.counts = *counts,
                                           .live_profit = duplicate_count_profit(&counts->live),
                                           .lost_profit = duplicate_count_profit(&counts->lost)};

    duplicate_checks_run(counts, &duplicates.findings);
    return duplicates;
}

struct process_leaks *process_leaks_create(const struct leak_check *check, const char *at)
{
    struct process_leaks *leaks = xcalloc(1, sizeof *leaks);
    struct leak_result result;
    size_t site_count = check->snapshot->site_count + 1; /* site 0 stands for "not known", also where there are no sites */
    struct site_namer sites = {
        .check = check,
        .leaks = leaks,
        .namer = stack_namer_create(check->settings->symbolizer, check->names, check->record->modules, check->record->module_count),
        .objects = {check->settings->symbolizer, check->names, check->record, check->snapshot},
        .stacks = xcalloc(site_count, sizeof *sites.stacks),
        .hits = xcalloc(site_count, sizeof *sites.hits),
    };

    leaks->at = at;
    struct leak_wishes wishes = {
        .examples = check->settings->examples,
        .addresses = check->settings->addresses,
        .address_count = check->settings->address_count,
        .cold = check->record->cold.known ? &check->record->cold.pages : NULL,
        .duplicates = check->settings->duplicates,
    };
    struct look look;
    if (check->settings->watch)
        look_begin(&look, check->settings->watch, site_count, &wishes);
    leak_scan_wish(check->scan, &wishes);
    leak_scan_finish(check->scan, is_suppressed, &sites, &result);
    for (size_t i = 0; i < LEAK_KINDS; i++)
        leaks->total[i] = result.total[i];
    if (check->settings->watch)
        look_end(&look, &sites, &result);
    leaks->unconfirmed = result.unconfirmed;
    leaks->unreadable_bytes = result.unreadable_bytes;
    leaks->invalid_blocks = result.invalid_blocks;
    list_leaks(&sites, &result);
    const struct site_names names = {name_of_site, &sites};
    leaks->cold = report_cold_make(&check->record->cold, &result, &names);
    leaks->duplicates = make_duplicates(&result.duplicates);
    leaks->pointers = pointer_reports_create(&result, &sites.objects, &names);
    leaks->pointer_count = result.answer_count;
    leak_result_finish(&result);
    stack_namer_destroy(sites.namer);
    free(sites.stacks);
    free(sites.hits);
    return leaks;
}

uint64_t process_leaks_errors(const struct process_leaks *leaks)
{
    return leaks->errors;
}

void process_leaks_destroy(struct process_leaks *leaks)
{
    if (leaks == NULL)
        return;
    for (size_t i = 0; i < leaks->leak_count; i++)
        report_leak_finish(&leaks->leaks[i]);
    free(leaks->leaks);
    pointer_reports_finish(leaks->pointers, leaks->pointer_count);
    report_cold_finish(&leaks->cold);
    report_duplicates_finish(&leaks->duplicates);
    free(leaks->hits);
    free(leaks);
}
