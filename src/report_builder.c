/* SPDX-License-Identifier: MIT */
#include "report_builder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cold_naming.h"
#include "elf/symbolizer.h"
#include "finding_naming.h"
#include "hash_table.h"
#include "leak_list.h"
#include "process_leaks.h"
#include "process_record.h"
#include "refusal_naming.h"
#include "report_names.h"
#include "stack_namer.h"
#include "suppressions.h"
#include "threshold_naming.h"
#include "utc_time.h"
#include "xalloc.h"

/* Suppressions that a program brings itself. */
struct own_suppressions {
    char *text;
    struct suppressions *set;
    char *error; /* why they could not be read, or NULL */
};

struct report_builder {
    struct report_builder_settings settings;
    struct report report; /* the processes so far; sums only after sum_up() */
    size_t process_capacity;
    struct process_leaks **leaks; /* of each process of the report, or NULL; what moved into the report is empty there */
    size_t leaks_capacity;
    struct own_suppressions *own;
    size_t own_count, own_capacity;
};

static char **copy_words(char *const *words)
{
    size_t count = 0;

    while (words && words[count])
        count++;
    char **copy = xcalloc(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = xstrdup(words[i]);
    return copy;
}

struct report_builder *report_builder_create(const struct report_builder_settings *settings, struct timespec started)
{
    struct report_builder *builder = xcalloc(1, sizeof *builder);

    builder->settings = *settings;
    builder->report = (struct report){
        .version = xstrdup(LEAKWATCH_VERSION),
        .command = copy_words(settings->command),
        .mode = settings->mode,
        .started = utc_time_text(started),
        .names = report_names_create(),
    };
    return builder;
}

void report_builder_destroy(struct report_builder *builder)
{
    if (builder == NULL)
        return;
    for (size_t i = 0; i < builder->report.process_count; i++)
        process_leaks_destroy(builder->leaks[i]);
    free(builder->leaks);
    report_finish(&builder->report);
    for (size_t i = 0; i < builder->own_count; i++) {
        free(builder->own[i].text);
        free(builder->own[i].error);
        suppressions_destroy(builder->own[i].set);
    }
    free(builder->own);
    free(builder);
}

/* ---- Leak checks ---- */

/* Forked processes bring equal texts: each is read once. */
static const struct own_suppressions *own_suppressions(struct report_builder *builder, const char *text)
{
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < builder->own_count; i++)
        if (strcmp(builder->own[i].text, text) == 0)
            return &builder->own[i];
    builder->own = xgrow(builder->own, &builder->own_capacity, builder->own_count + 1, sizeof *builder->own);
    struct own_suppressions *own = &builder->own[builder->own_count++];
    *own = (struct own_suppressions){.text = xstrdup(text), .set = suppressions_create()};
    suppressions_parse(own->set, text, strlen(text), "__lsan_default_suppressions()", &own->error);
    return own;
}

struct process_leaks *report_builder_leaks(struct report_builder *builder, const struct process_record *record,
                                           const struct snapshot *snapshot, struct leak_scan *scan, const char *at)
{
    const struct own_suppressions *own = own_suppressions(builder, record->suppressions);
    struct leak_check check = {
        .settings = &builder->settings,
        .sets = {builder->settings.suppressions, own ? own->set : NULL},
        .names = builder->report.names,
        .record = record,
        .snapshot = snapshot,
        .scan = scan,
    };

    return process_leaks_create(&check, at);
}

/* ---- Processes ---- */

static void add_reason(struct report_process *process, char *reason)
{
    process->reasons = xreallocarray(process->reasons, process->reason_count + 1, sizeof *process->reasons);
    process->reasons[process->reason_count++] = reason;
}

static void reduce_coverage(struct report_process *process, char *reason)
{
    if (process->coverage == COVERAGE_FULL)
        process->coverage = COVERAGE_PARTIAL;
    add_reason(process, reason);
}

static void add_facts(struct report_process *process, const struct process_record *record)
{
    *process = (struct report_process){
        .pid = record->pid,
        .ppid = record->ppid,
        .executable = xstrdup(record->executable ? record->executable : ""),
        .command = copy_words(record->command),
        .started_ns = record->started_ns,
        .ended_ns = record->ended_ns,
        .end = record->end,
        .status = record->status,
        .signal = record->signal,
        .oom_killed = record->oom_killed,
        .core_dumped = record->core_dumped,
        .coverage = record->coverage,
        .no_history = record->no_history,
        .stopped_ns = record->stopped_ns,
        .allocations = record->allocations,
        .frees = record->frees,
        .allocated_bytes = record->allocated_bytes,
        .peak_bytes = record->peak_bytes,
        .peak_at_ns = record->peak_at_ns,
        .ledger_bytes = record->ledger_bytes,
        .live = {record->live_blocks, record->live_bytes},
        .blocks_unknown = record->blocks_unknown,
        .usage = record->usage,
        .memory = record->memory,
    };
    for (size_t i = 0; i < record->reason_count; i++)
        add_reason(process, xstrdup(record->reasons[i]));
    process->syscalls = xcalloc(record->syscall_count, sizeof *process->syscalls);
    process->syscall_count = record->syscall_count;
    for (size_t i = 0; i < record->syscall_count; i++) {
        const struct syscall_count *count = &record->syscalls[i];
        process->syscalls[i] = (struct report_syscall){xstrdup(count->name), count->calls, count->errors, count->time_ns};
    }
}

static bool is_named_before(const struct process_record *record, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (record->modules[i].inode == record->modules[number].inode &&
            strcmp(record->modules[i].path, record->modules[number].path) == 0)
            return true;
    return false;
}

/* Once all names have been asked for. */
static void add_missing_names(struct report_process *process, const struct process_record *record,
                              const struct symbolizer *symbolizer)
{
    for (size_t i = 0; i < record->module_count; i++) {
        const struct module *module = &record->modules[i];
        const struct mapped_file file = {module->path, module->device, module->inode};
        const char *problem = symbolizer_problem(symbolizer, &file);
        if (problem && !is_named_before(record, i))
            add_reason(process, xasprintf("names of %s are missing: %s", module->path, problem));
    }
}

static void add_errors(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    static const char *const kinds[] = {
        [FAULT_DOUBLE_FREE] = "double-free", [FAULT_INVALID_FREE] = "invalid-free", [FAULT_MISMATCHED_FREE] = "mismatched-free"};

    process->errors = xcalloc(record->fault_count, sizeof *process->errors);
    process->error_count = record->fault_count;
    process->errors_dropped = record->faults_dropped;
    for (size_t i = 0; i < record->fault_count; i++) {
        const struct memory_fault *fault = &record->faults[i];
        process->errors[i] = (struct report_error){
            .kind = kinds[fault->kind],
            .address = fault->address,
            .size = fault->size,
            .thread = fault->thread,
            .count = fault->count,
            .taken_with = leak_allocator_name(fault->taken_with),
            .given_with = leak_allocator_name(fault->given_with),
            .stack = stack_namer_name_calls(namer, &fault->stack),
            .allocated = stack_namer_name_calls(namer, &fault->taken),
            .freed = stack_namer_name_calls(namer, &fault->given),
        };
    }
}

static void add_failures(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    const struct made_failures *failures = &record->failures;

    process->failures = (struct report_failures){
        .known = failures->known, .seen = failures->seen, .made = failures->made, .bytes = failures->bytes};
    if (failures->made > 0)
        process->failures.stack = stack_namer_name_calls(namer, &failures->stack);
}

static int compare_mappings(const void *a, const void *b)
{
    const struct report_mapping *left = a, *right = b;
    return left->bytes > right->bytes ? -1 : left->bytes < right->bytes;
}

static void add_mappings(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    process->mappings = xcalloc(record->mapping_count, sizeof *process->mappings);
    process->mapping_count = record->mapping_count;
    for (size_t i = 0; i < record->mapping_count; i++) {
        const struct live_mapping *mapping = &record->mappings[i];
        process->mappings[i] =
            (struct report_mapping){mapping->bytes, mapping->count, stack_namer_name_calls(namer, &mapping->stack)};
    }
    qsort(process->mappings, process->mapping_count, sizeof *process->mappings, compare_mappings);
}

static void add_arenas(struct report_process *process, const struct process_record *record, struct report_names *names,
                       struct stack_namer *namer)
{
    process->arenas = xcalloc(record->arena_count, sizeof *process->arenas);
    process->arena_count = record->arena_count;
    for (size_t i = 0; i < record->arena_count; i++) {
        const struct heap_arena *arena = &record->arenas[i];
        process->arenas[i] = (struct report_arena){arena->usage, stack_namer_name_calls(namer, &arena->pin_stack)};
        process->arenas[i].pin_stack.content = stack_namer_content(names, arena->pin_content);
    }
}

static bool same_stack(const struct report_stack *left, const struct report_stack *right)
{
    return left->frame_count == right->frame_count &&
           (left->frame_count == 0 || memcmp(left->frames, right->frames, left->frame_count * sizeof *left->frames) == 0);
}

/* The group of descriptors with this origin and stack; a new one if there is none yet. */
static struct report_descriptors *descriptor_group(struct report_process *process, enum open_descriptor_origin origin,
                                                   struct report_stack stack)
{
    for (size_t i = 0; i < process->descriptor_count; i++)
        if (process->descriptors[i].origin == origin && same_stack(&process->descriptors[i].stack, &stack))
            return &process->descriptors[i];
    process->descriptors = xreallocarray(process->descriptors, process->descriptor_count + 1, sizeof *process->descriptors);
    struct report_descriptors *group = &process->descriptors[process->descriptor_count++];
    *group = (struct report_descriptors){.origin = origin, .stack = stack};
    return group;
}

static void add_descriptors(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    process->descriptors_listed = record->descriptors_listed;
    process->descriptors_tracked = record->descriptors_tracked;
    for (size_t i = 0; i < record->descriptor_count; i++) {
        const struct open_descriptor *open = &record->descriptors[i];
        struct report_descriptors *group = descriptor_group(process, open->origin, stack_namer_name_calls(namer, &open->stack));
        group->open = xreallocarray(group->open, group->count + 1, sizeof *group->open);
        group->open[group->count++] =
            (struct report_descriptor){open->number, open->kind, xstrdup(open->name), open->readable, open->writable};
    }
}

/* The leaks move from the check into the process; what is left of the check is its use of suppressions. */
static void add_leaks(struct report_process *process, struct process_leaks *leaks, const struct cold_record *cold)
{
    if (leaks == NULL) {
        process->cold = report_cold_make(cold, NULL, NULL);
        return;
    }
    process->leak_checked = true;
    process->checked_at = leaks->at;
    memcpy(process->total, leaks->total, sizeof process->total);
    process->unconfirmed = leaks->unconfirmed;
    process->leaks = leaks->leaks;
    process->leak_count = leaks->leak_count;
    process->pointers = leaks->pointers;
    process->pointer_count = leaks->pointer_count;
    leaks->leaks = NULL;
    leaks->leak_count = 0;
    leaks->pointers = NULL;
    leaks->pointer_count = 0;
    process->cold = leaks->cold;
    process->duplicates = leaks->duplicates;
    leaks->cold = (struct report_cold){0};
    leaks->duplicates = (struct report_duplicates){0};
    if (leaks->unreadable_bytes > 0)
        reduce_coverage(process, xasprintf("%" PRIu64 " bytes of memory could not be read: what is reachable only through them "
                                           "may be reported as lost",
                                           leaks->unreadable_bytes));
    if (leaks->invalid_blocks > 0)
        reduce_coverage(process, xasprintf("%" PRIu64 " block records made no sense and were left out: the program may have "
                                           "overwritten the ledger",
                                           leaks->invalid_blocks));
}

static bool is_still_running(const struct report_process *process, pid_t pid)
{
    return process->pid == pid && process->end == END_RUNNING;
}

/* The place of a process in the report: that of its interim state, or a new one, in the order in which processes began. */
static size_t claim_place(struct report_builder *builder, const struct process_record *record)
{
    struct report *report = &builder->report;
    size_t place = report->process_count;

    for (size_t i = 0; i < report->process_count; i++)
        if (is_still_running(&report->processes[i], record->pid))
            return i;
    report->processes = xgrow(report->processes, &builder->process_capacity, report->process_count + 1, sizeof *report->processes);
    builder->leaks = xgrow(builder->leaks, &builder->leaks_capacity, report->process_count + 1, sizeof(void *));
    while (place > 0 && report->processes[place - 1].started_ns > record->started_ns) {
        report->processes[place] = report->processes[place - 1];
        builder->leaks[place] = builder->leaks[place - 1];
        place--;
    }
    report->processes[place] = (struct report_process){0};
    builder->leaks[place] = NULL;
    report->process_count++;
    return place;
}

/* Puts the leaks of an interim state back where add_leaks() took them from, for the next state to take over. */
static struct process_leaks *take_back_leaks(struct report_process *process, struct process_leaks *leaks)
{
    if (leaks != NULL) {
        leaks->leaks = process->leaks;
        leaks->leak_count = process->leak_count;
        leaks->pointers = process->pointers;
        leaks->pointer_count = process->pointer_count;
        process->leaks = NULL;
        process->leak_count = 0;
        process->pointers = NULL;
        process->pointer_count = 0;
        leaks->cold = process->cold;
        leaks->duplicates = process->duplicates;
        process->cold = (struct report_cold){0};
        process->duplicates = (struct report_duplicates){0};
    }
    return leaks;
}

void report_builder_add_process(struct report_builder *builder, const struct process_record *record, struct process_leaks *leaks)
{
    size_t place = claim_place(builder, record);
    struct report_process *process = &builder->report.processes[place];
    struct process_leaks *earlier = take_back_leaks(process, builder->leaks[place]);
    const struct own_suppressions *own = own_suppressions(builder, record->suppressions);
    struct stack_namer *namer =
        stack_namer_create(builder->settings.symbolizer, builder->report.names, record->modules, record->module_count);

    if (leaks == NULL)
        leaks = earlier;
    else
        process_leaks_destroy(earlier);
    report_process_finish(process);
    add_facts(process, record);
    add_errors(process, record, namer);
    add_failures(process, record, namer);
    add_mappings(process, record, namer);
    add_arenas(process, record, builder->report.names, namer);
    add_descriptors(process, record, namer);
    finding_naming_fill(process, record, namer);
    threshold_naming_fill(process, record, namer);
    refusal_naming_fill(process, record, namer);
    add_leaks(process, leaks, &record->cold);
    if (own != NULL && own->error != NULL)
        add_reason(process, xasprintf("the program's own suppressions could not be read: %s", own->error));
    add_missing_names(process, record, builder->settings.symbolizer);
    builder->leaks[place] = leaks;
    stack_namer_destroy(namer);
}

struct report_threshold report_builder_name_crossing(struct report_builder *builder, const struct process_record *record,
                                                     const struct threshold_crossing *crossing)
{
    struct stack_namer *namer =
        stack_namer_create(builder->settings.symbolizer, builder->report.names, record->modules, record->module_count);
    struct report_threshold threshold = threshold_naming_crossing(crossing, namer);

    stack_namer_destroy(namer);
    return threshold;
}

struct report_limit_warning report_builder_name_warning(struct report_builder *builder, const struct process_record *record,
                                                        const struct limit_warning *warning)
{
    struct stack_namer *namer =
        stack_namer_create(builder->settings.symbolizer, builder->report.names, record->modules, record->module_count);
    struct report_limit_warning named = threshold_naming_warning(warning, namer);

    stack_namer_destroy(namer);
    return named;
}

void report_builder_take_machine(struct report_builder *builder, struct finding_list *findings)
{
    finding_list_finish(&builder->report.machine_findings);
    builder->report.machine_findings = *findings;
    *findings = (struct finding_list){0};
}

/* ---- Sums ---- */

static void sum_kinds(struct report *report)
{
    memset(report->total, 0, sizeof report->total);
    for (size_t i = 0; i < report->process_count; i++)
        for (size_t kind = 0; kind < LEAK_KINDS; kind++) {
            report->total[kind].blocks += report->processes[i].total[kind].blocks;
            report->total[kind].bytes += report->processes[i].total[kind].bytes;
        }
}

static void judge(struct report_builder *builder)
{
    struct report *report = &builder->report;
    uint64_t leak_errors = 0, other_errors = 0;
    bool judged = false;

    for (size_t i = 0; i < report->process_count; i++) {
        judged |= report->processes[i].leak_checked;
        other_errors += report->processes[i].error_count + report->processes[i].threshold_count;
        other_errors += report->processes[i].thresholds_dropped;
        other_errors += report_count_findings(&report->processes[i].realtime.findings, FINDING_ERROR);
        leak_errors += builder->leaks[i] ? builder->leaks[i]->errors : 0;
    }
    report->error_count = leak_errors + other_errors;
    if (builder->settings.leak_check && !judged)
        report->verdict = "incomplete";
    else if (other_errors > 0)
        report->verdict = "errors";
    else
        report->verdict = leak_errors > 0 ? "leaks" : "clean";
}

static void free_suppression_lists(struct report *report)
{
    for (size_t i = 0; i < report->suppressions_used_count; i++)
        free(report->suppressions_used[i].name);
    for (size_t i = 0; i < report->suppressions_unused_count; i++) {
        free(report->suppressions_unused[i].name);
        free(report->suppressions_unused[i].file);
    }
    free(report->suppressions_used);
    free(report->suppressions_unused);
    report->suppressions_used = NULL;
    report->suppressions_unused = NULL;
    report->suppressions_used_count = report->suppressions_unused_count = 0;
}

struct set_use {
    const struct suppressions *set;
    struct leak_amount *amounts; /* of each suppression */
    bool *used;
};

static void count_set_use(const struct report_builder *builder, struct set_use *use)
{
    for (size_t i = 0; i < builder->report.process_count; i++) {
        const struct process_leaks *leaks = builder->leaks[i];
        for (size_t k = 0; leaks && k < leaks->hit_count; k++) {
            const struct suppression_hit *hit = &leaks->hits[k];
            if (hit->set != use->set)
                continue;
            use->used[hit->index] = true;
            use->amounts[hit->index].blocks += hit->amount.blocks;
            use->amounts[hit->index].bytes += hit->amount.bytes;
        }
    }
}

static void list_set_use(struct report_builder *builder, const struct suppressions *set)
{
    struct report *report = &builder->report;
    size_t number = set ? suppressions_number(set) : 0;
    struct set_use use = {set, xcalloc(number, sizeof *use.amounts), xcalloc(number, sizeof *use.used)};

    count_set_use(builder, &use);
    report->suppressions_used =
        xreallocarray(report->suppressions_used, report->suppressions_used_count + number, sizeof *report->suppressions_used);
    report->suppressions_unused =
        xreallocarray(report->suppressions_unused, report->suppressions_unused_count + number, sizeof *report->suppressions_unused);
    for (size_t i = 0; i < number; i++) {
        struct suppression_info info = suppressions_info(set, i);
        if (use.used[i])
            report->suppressions_used[report->suppressions_used_count++] =
                (struct report_suppression_use){xstrdup(info.name), use.amounts[i].blocks, use.amounts[i].bytes};
        else if (!info.built_in)
            report->suppressions_unused[report->suppressions_unused_count++] =
                (struct report_unused_suppression){xstrdup(info.name), xstrdup(info.file), info.line};
    }
    free(use.amounts);
    free(use.used);
}

static void count_injections(struct report_builder *builder)
{
    struct report *report = &builder->report;
    const struct report_builder_settings *settings = &builder->settings;

    if (!report->injections)
        report->injections = xcalloc(settings->injection_count, sizeof *report->injections);
    for (size_t i = 0; i < settings->injection_count; i++) {
        if (i >= report->injection_count)
            report->injections[report->injection_count++].text = xstrdup(settings->injections[i]);
        report->injections[i].count = settings->injection_times[i];
    }
}

static void sum_up(struct report_builder *builder, uint64_t elapsed_ns)
{
    builder->report.elapsed_ns = elapsed_ns;
    sum_kinds(&builder->report);
    judge(builder);
    count_injections(builder);
    free_suppression_lists(&builder->report);
    list_set_use(builder, builder->settings.suppressions);
    for (size_t i = 0; i < builder->own_count; i++)
        list_set_use(builder, builder->own[i].set);
}

const struct report *report_builder_interim(struct report_builder *builder, uint64_t elapsed_ns)
{
    sum_up(builder, elapsed_ns);
    return &builder->report;
}

void report_builder_finish(struct report_builder *builder, uint64_t elapsed_ns, struct report *report)
{
    sum_up(builder, elapsed_ns);
    for (size_t i = 0; i < builder->report.process_count; i++) {
        process_leaks_destroy(builder->leaks[i]);
        builder->leaks[i] = NULL;
    }
    *report = builder->report;
    builder->report = (struct report){0};
    report_builder_destroy(builder);
}
