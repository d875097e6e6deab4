/* SPDX-License-Identifier: MIT
 * Checks of the machine's memory, of the OOM killer, of pressure, swap and growth. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "checks.h"
#include "forecast.h"
#include "look.h"
#include "process_list.h"
#include "process_oom.h"

enum { OOM_EXEMPT = -1000, FORESIGHT = 10, HALF = 5000 };

static const uint64_t hour_ns = 3600000000000;

/* A share of a shorter time is chance: the kernel adds up what it measures every two seconds (kernel/sched/psi.c). */
static const uint64_t pressure_least_ns = 1000000000;

void check_available(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct machine_look *machine = input->now.machine;
    struct known total = known_plus(machine->memory.total, machine->memory.swap_total);
    struct known left = known_plus(machine->memory.available, machine->memory.swap_free);
    bool low = machine->zones.free.known && machine->zones.low.known && machine->zones.free.value < machine->zones.low.value;
    unsigned percent = input->settings.warn_percent ? 100 - input->settings.warn_percent : 5;

    if (input->now.process || !total.known || !left.known || (!low && left.value >= total.value / 100 * percent))
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("the machine is short of memory"),
                 xasprintf("%s of %s available; free %s, low watermarks %s", size_text(left.value).text,
                           size_text(total.value).text, size_text(machine->zones.free.value).text,
                           size_text(machine->zones.low.value).text));
}

/* ---- The OOM killer ---- */

void check_oom_rank(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct memory_info *memory = &input->now.machine->memory;
    struct known total = known_plus(memory->total, memory->swap_total);

    if (input->now.process == NULL || input->now.all == NULL || !total.known)
        return;
    const struct listed_process process = process_look_listed(input->now.process);
    struct oom_standing standing = oom_standing_of(input->now.all, &process, total.value);
    const bool half = standing.share.value > HALF, first = standing.rank == 1 && standing.others > 1;
    if (!first && !half)
        return;
    check_report(list, row, half ? FINDING_WARNING : FINDING_NOTE, NULL,
                 xstrdup(first ? "the process would be the OOM killer's first choice" : "the process has most of the memory"),
                 xasprintf("%u.%02u%% of memory and swap, oom_score_adj %" PRId64 ", number %zu of %zu processes",
                           (unsigned)(standing.share.value / 100), (unsigned)(standing.share.value % 100),
                           (int64_t)input->now.process->oom_adjustment.value, standing.rank, standing.others));
}

/* The limit of physical memory of which least is left. */
static const struct limit *deadly_limit(const struct limit_list *list)
{
    const struct limit *least = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct limit *limit = &list->items[i];
        if (limit->effect == EFFECT_SIGKILL && known_limits(limit->left) &&
            (least == NULL || limit->left.value < least->left.value))
            least = limit;
    }
    return least;
}

void check_oom_killed(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct limit *limit = deadly_limit(input->limits);

    if (!input->oom_killed || input->now.process == NULL)
        return;
    check_report(list, row, FINDING_ERROR, limit ? limit->where : NULL, xstrdup("the OOM killer has ended the process"),
                 limit ? xasprintf("%s%s%s: %s of %s used; most resident %s", limit->name, limit->where ? " " : "",
                                   limit->where ? limit->where : "", size_text(limit->used.value).text,
                                   size_text(limit->limit.value).text, size_text(input->now.process->status.peak.value).text)
                       : xstrdup("which limit it was is not known"));
}

static void report_panic(const struct check_row *row, struct finding_list *list, uint64_t value)
{
    check_report(list, row, FINDING_WARNING, "vm.panic_on_oom", xstrdup("the machine panics when memory runs out"),
                 xasprintf("vm.panic_on_oom=%" PRIu64 ": %s", value,
                           value == 2 ? "also when a control group runs out of its own" : "not for control groups"));
}

static void check_process_policy(const struct process_look *process, const struct check_row *row, struct finding_list *list)
{
    if (process->oom_adjustment.known && (int64_t)process->oom_adjustment.value == OOM_EXEMPT)
        check_report(list, row, FINDING_NOTE, "oom_score_adj",
                     xstrdup("the OOM killer does not choose this process, whatever it uses"), xstrdup("oom_score_adj=-1000"));
    for (size_t i = 0; i < process->groups.memory_count; i++)
        if (process->groups.memory[i].oom_group.value == 1)
            check_report(list, row, FINDING_NOTE, process->groups.memory[i].path,
                         xasprintf("an OOM kill in %s ends all of it", process->groups.memory[i].path),
                         xstrdup("memory.oom.group=1"));
}

void check_oom_policy(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct kernel_settings *settings = &input->now.machine->settings;

    if (input->now.process) {
        check_process_policy(input->now.process, row, list);
        return;
    }
    if (settings->panic_on_oom.value > 0)
        report_panic(row, list, settings->panic_on_oom.value);
    if (settings->oom_kill_allocating_task.value > 0)
        check_report(list, row, FINDING_NOTE, "vm.oom_kill_allocating_task",
                     xstrdup("the OOM killer takes who asks for memory, not who uses most"),
                     xasprintf("vm.oom_kill_allocating_task=%" PRIu64, settings->oom_kill_allocating_task.value));
}

/* ---- Pressure ---- */

/* Hundredths of a percent of the time since the first look; with one look, the kernel's average of the last minute. */
static struct known stalled(const struct check_input *input, const struct pressure_line *now, const struct pressure_line *then)
{
    if (then == NULL)
        return now->average;
    if (!now->total_us.known || !then->total_us.known || input->elapsed_ns < pressure_least_ns ||
        now->total_us.value < then->total_us.value)
        return (struct known){0};
    return known_value((uint64_t)((double)(now->total_us.value - then->total_us.value) * 1e7 / (double)input->elapsed_ns));
}

static void check_one_pressure(const struct check_input *input, const struct check_row *row, struct finding_list *list,
                               const struct pressure *now, const struct pressure *then, const char *subject)
{
    struct known some = stalled(input, &now->some, then ? &then->some : NULL);
    struct known full = stalled(input, &now->full, then ? &then->full : NULL);

    if (some.value <= 500 && full.value <= 100)
        return;
    check_report(list, row, FINDING_WARNING, subject, xasprintf("%s waits for memory", subject ? subject : "the machine"),
                 xasprintf("stalled %u.%02u%% of the time, all of it %u.%02u%% (%s)", (unsigned)(some.value / 100),
                           (unsigned)(some.value % 100), (unsigned)(full.value / 100), (unsigned)(full.value % 100),
                           then ? "since the first look" : "in the last minute"));
}

void check_pressure(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process, *first = input->first_process;

    if (process == NULL) {
        const struct machine_look *then = input->first_machine;
        check_one_pressure(input, row, list, &input->now.machine->pressure, then ? &then->pressure : NULL, NULL);
    } else if (process->groups.memory_count > 0) {
        const struct memory_group *group = &process->groups.memory[0];
        const struct memory_group *then = first && first->groups.memory_count > 0 ? &first->groups.memory[0] : NULL;
        check_one_pressure(input, row, list, &group->pressure, then ? &then->pressure : NULL, group->path);
    }
}

void check_swapped(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;

    if (process == NULL || process->status.swapped.value == 0)
        return;
    bool much = process->status.swapped.value > process->status.resident.value / 10;
    check_report(list, row, much ? FINDING_WARNING : FINDING_NOTE, NULL, xstrdup("memory of the process is swapped out"),
                 xasprintf("%s in swap, %s resident; %" PRIu64 " major faults", size_text(process->status.swapped.value).text,
                           size_text(process->status.resident.value).text, process->stat.major_faults.value));
}

/* ---- Growth ---- */

/* "41 min", "30 s" */
static char *time_text(double seconds)
{
    return seconds < 120 ? xasprintf("%.0f s", seconds) : xasprintf("%.0f min", seconds / 60);
}

void check_eta(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    struct growth_forecast forecast = growth_forecast_make(input->limits, input->growth);
    const uint64_t within_ns = input->settings.warn_within_ns ? input->settings.warn_within_ns : hour_ns;
    const bool near = input->now.process && forecast.seconds.known && (double)forecast.seconds.value * 1e9 < (double)within_ns;

    if (near) {
        const bool sure = (double)forecast.seconds.value * 1e9 <= FORESIGHT * (double)input->elapsed_ns;
        const struct size_text rate = size_text((uint64_t)(input->growth.rate * 60));
        char *when = time_text((double)forecast.seconds.value);
        check_report(
            list, row, sure ? FINDING_WARNING : FINDING_NOTE, NULL,
            xasprintf("at this rate (%s a minute) the first limit, %s, is reached in about %s", rate.text, forecast.limit, when),
            xasprintf("%s grows by %s a minute; %s%s%s: %s left, then %s",
                      input->growth.of_live ? "live memory" : "memory in RAM and swap", rate.text, forecast.limit,
                      forecast.where ? " " : "", forecast.where ? forecast.where : "", size_text(forecast.left).text,
                      limit_effect_name(forecast.effect)));
        free(when);
    }
    growth_forecast_finish(&forecast);
}
