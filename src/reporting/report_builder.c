/* SPDX-License-Identifier: MIT */
#include "report_builder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/utc_time.h"
#include "base/xalloc.h"
#include "elf/symbolizer.h"
#include "model/report_names.h"
#include "records/process_record.h"
#include "suppressions/suppressions.h"
#include "cold_naming.h"
#include "leak_list.h"
#include "process_leaks.h"
#include "record_naming.h"
#include "stack_namer.h"
#include "threshold_naming.h"

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
    bool damaged; /* of a process of the report, what is known of its heap is not to be trusted */
};

struct report_builder *report_builder_create(const struct report_builder_settings *settings, struct timespec started)
{
    struct report_builder *builder = xcalloc(1, sizeof *builder);

    builder->settings = *settings;
    builder->report = (struct report){
        .version = xstrdup(LEAKWATCH_VERSION),
        .command = xstrdupv(settings->command),
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

static void reduce_coverage(struct report_process *process, char *reason)
{
    if (process->coverage == COVERAGE_FULL)
        process->coverage = COVERAGE_PARTIAL;
    report_process_add_reason(process, reason);
}

/* What a check of leaks has found changes hands: it is the check's until the process has it. */
static void exchange_findings(struct report_process *process, struct process_leaks *leaks)
{
    const struct process_leaks found = *leaks;

    leaks->leaks = process->leaks;
    leaks->leak_count = process->leak_count;
    leaks->pointers = process->pointers;
    leaks->pointer_count = process->pointer_count;
    leaks->cold = process->cold;
    leaks->duplicates = process->duplicates;
    process->leaks = found.leaks;
    process->leak_count = found.leak_count;
    process->pointers = found.pointers;
    process->pointer_count = found.pointer_count;
    process->cold = found.cold;
    process->duplicates = found.duplicates;
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
    exchange_findings(process, leaks);
    if (leaks->unreadable_bytes > 0)
        reduce_coverage(process, xasprintf("%" PRIu64 " bytes of memory could not be read: what is reachable only through them "
                                           "may be reported as lost",
                                           leaks->unreadable_bytes));
    if (leaks->invalid_blocks > 0)
        reduce_coverage(process, xasprintf("%" PRIu64 " block records made no sense and were left out: the program may have "
                                           "overwritten the ledger",
                                           leaks->invalid_blocks));
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
            report_process_add_reason(process, xasprintf("names of %s are missing: %s", module->path, problem));
    }
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

/* Puts the findings of an interim state back where add_leaks() took them from, for the next state to take over. */
static struct process_leaks *take_back_leaks(struct report_process *process, struct process_leaks *leaks)
{
    if (leaks != NULL)
        exchange_findings(process, leaks);
    return leaks;
}

/* Names the stacks of one process. The caller destroys it. */
static struct stack_namer *namer_of(struct report_builder *builder, const struct process_record *record)
{
    return stack_namer_create(builder->settings.symbolizer, builder->report.names, record->modules, record->module_count);
}

void report_builder_add_process(struct report_builder *builder, const struct process_record *record, struct process_leaks *leaks)
{
    size_t place = claim_place(builder, record);
    struct report_process *process = &builder->report.processes[place];
    struct process_leaks *earlier = take_back_leaks(process, builder->leaks[place]);
    const struct own_suppressions *own = own_suppressions(builder, record->suppressions);
    struct stack_namer *namer = namer_of(builder, record);

    if (leaks == NULL)
        leaks = earlier;
    else
        process_leaks_destroy(earlier);
    report_process_finish(process);
    record_naming_fill(process, record, builder->report.names, namer);
    add_leaks(process, leaks, &record->cold);
    if (own != NULL && own->error != NULL)
        report_process_add_reason(process, xasprintf("the program's own suppressions could not be read: %s", own->error));
    add_missing_names(process, record, builder->settings.symbolizer);
    builder->leaks[place] = leaks;
    builder->damaged |= record->ledger_damaged;
    stack_namer_destroy(namer);
}

struct report_threshold report_builder_name_crossing(struct report_builder *builder, const struct process_record *record,
                                                     const struct threshold_crossing *crossing)
{
    struct stack_namer *namer = namer_of(builder, record);
    struct report_threshold threshold = threshold_naming_crossing(crossing, namer);

    stack_namer_destroy(namer);
    return threshold;
}

struct report_limit_warning report_builder_name_warning(struct report_builder *builder, const struct process_record *record,
                                                        const struct limit_warning *warning)
{
    struct stack_namer *namer = namer_of(builder, record);
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
    report->damaged = builder->settings.leak_check && builder->damaged;
    if (builder->settings.leak_check && !judged)
        report->verdict = "incomplete";
    else if (other_errors > 0)
        report->verdict = "errors";
    else if (leak_errors > 0)
        report->verdict = "leaks";
    else
        report->verdict = report->damaged ? "incomplete" : "clean";
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
