/* SPDX-License-Identifier: MIT */
#include "process_leaks.h"

#include <stdlib.h>
#include <string.h>

#include "heap/snapshot.h"
#include "leak_list.h"
#include "object_namer.h"
#include "pointer_naming.h"
#include "process_record.h"
#include "report_names.h"
#include "stack_namer.h"
#include "suppressions.h"
#include "xalloc.h"

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
                                          : stack_namer_content(sites->check->names, known->content);
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
    struct leak_list list = {0};

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
    };
    leak_scan_wish(check->scan, &wishes);
    leak_scan_finish(check->scan, is_suppressed, &sites, &result);
    for (size_t i = 0; i < LEAK_KINDS; i++)
        leaks->total[i] = result.total[i];
    leaks->unconfirmed = result.unconfirmed;
    leaks->unreadable_bytes = result.unreadable_bytes;
    leaks->invalid_blocks = result.invalid_blocks;
    list_leaks(&sites, &result);
    leaks->pointers = pointer_reports_create(&result, &sites.objects, &(struct site_names){name_of_site, &sites});
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
    free(leaks->hits);
    free(leaks);
}
