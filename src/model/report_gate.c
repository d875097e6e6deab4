/* SPDX-License-Identifier: MIT */
#include "report_gate.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/known.h"
#include "base/xalloc.h"
#include "report_baseline.h"
#include "report_model.h"

/* ---- What is measured ---- */

static bool leaks_are_known(const struct report *report)
{
    for (size_t i = 0; i < report->process_count; i++)
        if (!report->processes[i].leak_checked && report->processes[i].end != END_EXEC)
            return false;
    return report->process_count > 0;
}

static struct known kind_blocks(const struct report *report, enum leak_kind kind)
{
    return leaks_are_known(report) ? known_value(report->total[kind].blocks) : (struct known){0};
}

static struct known definite(const struct report *report)
{
    return kind_blocks(report, LEAK_DEFINITE);
}

static struct known indirect(const struct report *report)
{
    return kind_blocks(report, LEAK_INDIRECT);
}

static struct known possible(const struct report *report)
{
    return kind_blocks(report, LEAK_POSSIBLE);
}

static struct known reachable(const struct report *report)
{
    return kind_blocks(report, LEAK_REACHABLE);
}

static struct known suppressed(const struct report *report)
{
    return kind_blocks(report, LEAK_SUPPRESSED);
}

/* What is lost, surely or possibly. */
static struct leak_amount lost(const struct report *report)
{
    struct leak_amount sum = {0};

    for (enum leak_kind kind = LEAK_DEFINITE; kind <= LEAK_POSSIBLE; kind++) {
        sum.blocks += report->total[kind].blocks;
        sum.bytes += report->total[kind].bytes;
    }
    return sum;
}

static struct known bytes(const struct report *report)
{
    return leaks_are_known(report) ? known_value(lost(report).bytes) : (struct known){0};
}

static struct known blocks(const struct report *report)
{
    return leaks_are_known(report) ? known_value(lost(report).blocks) : (struct known){0};
}

static struct known errors(const struct report *report)
{
    return known_value(report->error_count);
}

/* The largest of one process. */
static struct known peak(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        if (process->coverage != COVERAGE_NONE && !process->no_history)
            most = known_value(process->peak_bytes > most.value ? process->peak_bytes : most.value);
    }
    return most;
}

static struct known live(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        if (process->coverage != COVERAGE_NONE && !process->blocks_unknown)
            most = known_value(process->live.bytes > most.value ? process->live.bytes : most.value);
    }
    return most;
}

static struct known rss(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++)
        if (report->processes[i].memory.known)
            most = known_value(report->processes[i].memory.rss > most.value ? report->processes[i].memory.rss : most.value);
    return most;
}

static struct known locked(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++)
        if (report->processes[i].locks.sums.tracked)
            most = known_value(report->processes[i].locks.sums.peak_bytes > most.value ? report->processes[i].locks.sums.peak_bytes
                                                                                       : most.value);
    return most;
}

/* The most that was ever seen of one process, as its time line has it. */
static struct known rss_peak(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++) {
        const struct known peak = report->processes[i].limits.time_line.extremes[SERIES_RESIDENT].most;
        if (peak.known && peak.value >= most.value)
            most = peak;
    }
    return most;
}

/* Of the process with most: what nobody has touched. */
static struct known cold(const struct report *report)
{
    struct known most = {0};

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_cold *memory = &report->processes[i].cold;
        uint64_t sum = 0;
        for (enum leak_kind kind = LEAK_DEFINITE; kind < LEAK_SUPPRESSED; kind++)
            sum += memory->total[kind].bytes;
        if (memory->known && sum >= most.value)
            most = known_value(sum);
    }
    return most;
}

/* Of severity error, as report_diff.h has them. */
static struct known findings(const struct report *report)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        sum += report_count_findings(&process->locks.findings, FINDING_ERROR);
        sum += report_count_findings(&process->realtime.findings, FINDING_ERROR);
        for (size_t k = 0; k < process->refused_count; k++)
            sum += process->refused[k].severity == FINDING_ERROR;
        sum += process->oom_death.known;
    }
    return known_value(sum);
}

/* Descriptors that the program opened itself and left open. */
static struct known fds(const struct report *report)
{
    struct known sum = {0};

    for (size_t i = 0; i < report->process_count; i++) {
        const struct descriptor_counts counts = report_descriptor_counts(&report->processes[i]);
        if (report->processes[i].descriptors_listed)
            sum = known_value(sum.value + counts.open - counts.standard - counts.inherited);
    }
    return sum;
}

static struct known mappings(const struct report *report)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < report->process_count; i++)
        for (size_t k = 0; k < report->processes[i].mapping_count; k++)
            sum += report->processes[i].mappings[k].count;
    return known_value(sum);
}

static struct known new_findings(const struct report *report)
{
    return report->baseline ? known_value(report->baseline->new_count) : (struct known){0};
}

static struct known grown_findings(const struct report *report)
{
    return report->baseline ? known_value(report->baseline->grown) : (struct known){0};
}

/* By how many percent more bytes are lost than in the baseline, rounded up. Of nothing, any growth is without limit. */
static struct known growth(const struct report *report)
{
    const struct report_baseline *baseline = report->baseline;

    if (baseline == NULL)
        return (struct known){0};
    if (baseline->after.bytes <= baseline->before.bytes)
        return known_value(0);
    if (baseline->before.bytes == 0)
        return known_value(KNOWN_UNLIMITED);
    const double more = (double)(baseline->after.bytes - baseline->before.bytes) * 100 / (double)baseline->before.bytes;
    return known_value(more < 1e18 ? (uint64_t)more + (more > (double)(uint64_t)more) : KNOWN_UNLIMITED);
}

enum gate_unit { GATE_COUNT, GATE_BYTES, GATE_PERCENT };

struct gate_metric {
    const char *name;
    enum gate_unit unit;
    bool needs_baseline;
    struct known (*measure)(const struct report *report);
};

/* A new metric is one line here, one function above, and a line in the manual. */
static const struct gate_metric metrics[] = {
    {"definite", GATE_COUNT, false, definite},
    {"indirect", GATE_COUNT, false, indirect},
    {"possible", GATE_COUNT, false, possible},
    {"reachable", GATE_COUNT, false, reachable},
    {"suppressed", GATE_COUNT, false, suppressed},
    {"bytes", GATE_BYTES, false, bytes},
    {"blocks", GATE_COUNT, false, blocks},
    {"errors", GATE_COUNT, false, errors},
    {"peak", GATE_BYTES, false, peak},
    {"live", GATE_BYTES, false, live},
    {"rss", GATE_BYTES, false, rss},
    {"rss-peak", GATE_BYTES, false, rss_peak},
    {"locked", GATE_BYTES, false, locked},
    {"cold", GATE_BYTES, false, cold},
    {"findings", GATE_COUNT, false, findings},
    {"fds", GATE_COUNT, false, fds},
    {"mappings", GATE_COUNT, false, mappings},
    {"new", GATE_COUNT, true, new_findings},
    {"grown", GATE_COUNT, true, grown_findings},
    {"growth", GATE_PERCENT, true, growth},
};
#define METRICS (sizeof metrics / sizeof *metrics)

/* ---- Conditions ---- */

char *gate_metric_names(void)
{
    char *names = xstrdup("");

    for (size_t i = 0; i < METRICS; i++) {
        char *longer = xasprintf("%s%s%s", names, i == 0 ? "" : ", ", metrics[i].name);
        free(names);
        names = longer;
    }
    return names;
}

static const struct gate_metric *find_metric(const char *name, size_t length)
{
    for (size_t i = 0; i < METRICS; i++)
        if (strlen(metrics[i].name) == length && strncmp(metrics[i].name, name, length) == 0)
            return &metrics[i];
    return NULL;
}

static bool parse_value(const char *text, enum gate_unit unit, uint64_t *value)
{
    static const char units[] = "KMG";
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    if (errno != 0)
        return false;
    const char *found = unit == GATE_BYTES && *end ? strchr(units, *end) : NULL;
    if (found && __builtin_mul_overflow(*value, UINT64_C(1024) << (10 * (found - units)), value))
        return false;
    end += found != NULL || (unit == GATE_PERCENT && *end == '%');
    return *end == '\0';
}

bool gate_parse(const char *text, size_t size, struct gate *gate)
{
    *gate = (struct gate){.text = xstrndup(text, size)};
    const size_t length = strcspn(gate->text, ">");
    const char *value = gate->text + length;

    gate->metric = find_metric(gate->text, length);
    gate->or_equal = value[0] == '>' && value[1] == '=';
    if (gate->metric && value[0] == '>' && parse_value(value + 1 + gate->or_equal, gate->metric->unit, &gate->value))
        return true;
    gate_finish(gate);
    return false;
}

void gate_finish(struct gate *gate)
{
    free(gate->text);
    *gate = (struct gate){0};
}

bool gate_needs_baseline(const struct gate *gate)
{
    return gate->metric->needs_baseline;
}

char *gate_check(const struct gate *gate, const struct report *report)
{
    const struct known measured = gate->metric->measure(report);

    if (!measured.known)
        return xasprintf("%s: not known", gate->text);
    if (measured.value < gate->value || (measured.value == gate->value && !gate->or_equal))
        return NULL;
    if (measured.value == KNOWN_UNLIMITED)
        return xasprintf("%s: from nothing", gate->text);
    return xasprintf("%s: %" PRIu64 "%s", gate->text, measured.value, gate->metric->unit == GATE_PERCENT ? "%" : "");
}
