/* SPDX-License-Identifier: MIT */
#include "realtime_look.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "limits/checks.h"
#include "limits/kernel_files.h"
#include "limits/look.h"
#include "realtime/rt_checks.h"
#include "tracer/address_space.h"
#include "tracer/supervisor.h"
#include "tracer/unwind/stack_sites.h"
#include "realtime_faults.h"
#include "realtime_watch.h"

/* ---- The machine ----------------------------------------------------------------------------------------------------------- */

void realtime_look_machine(struct session *session)
{
    struct machine_look machine;
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return;
    finding_list_finish(&session->machine_timing);
    machine_look_read(&files, &machine);
    realtime_machine_read(&files, &machine.timing);
    realtime_checks_run(&(struct check_input){.now.machine = &machine}, &session->machine_timing);
    session->machine_audited = true;
    kernel_files_close(&files);
}

void realtime_look_end(struct session *session)
{
    if (session->settings->audit_realtime && !session->machine_audited)
        realtime_look_machine(session);
    finding_list_append(&session->result->machine_findings, &session->machine_timing);
}

/* ---- A process ------------------------------------------------------------------------------------------------------------- */

static struct thread_schedules copy_schedules(const struct thread_schedules *schedules)
{
    struct thread_schedules copy = {.known = true};

    for (size_t i = 0; i < schedules->count; i++)
        thread_schedules_put(&copy, &schedules->items[i]);
    return copy;
}

/* What the kernel says of the process now; of its threads, what was seen of each at its time. */
static void ask_kernel(const struct process *process, struct finding_list *found)
{
    struct kernel_files files;
    struct machine_look machine;
    struct process_look look = {0};

    if (!kernel_files_open(&files))
        return;
    if (process_look_read(&files, process->space->memory.tid, &look) == 0) {
        process_look_read_pages(&files, &look);
        look.group_runtime = realtime_group_runtime(&files, look.pid);
        look.schedules = copy_schedules(&process->realtime->schedules);
        machine_look_read(&files, &machine);
        realtime_machine_read(&files, &machine.timing);
        const struct check_input input = {.now = {.machine = &machine, .process = &look}, .settings = {.watched = true}};
        realtime_checks_run(&input, found);
    }
    process_look_finish(&look);
    kernel_files_close(&files);
}

/* Takes over the texts of `found`. */
static void add_kernel_findings(struct finding_list *found, struct site_finding_list *list)
{
    for (size_t i = 0; i < found->count; i++) {
        struct limit_finding *finding = &found->items[i];
        site_finding_add(list, &(struct site_finding){.id = finding->id,
                                                      .remedy = realtime_check_remedy(finding->id),
                                                      .severity = finding->severity,
                                                      .what = finding->what,
                                                      .numbers = finding->numbers});
        finding->what = finding->numbers = NULL;
    }
    finding_list_finish(found);
}

static void fill_threads(const struct thread_schedules *schedules, struct realtime_record *record)
{
    record->threads = xcalloc(schedules->count, sizeof *record->threads);
    for (size_t i = 0; i < schedules->count; i++) {
        const struct thread_schedule *schedule = &schedules->items[i];
        record->threads[record->thread_count++] = (struct realtime_thread){
            .tid = schedule->tid,
            .name = xstrdup(schedule->name),
            .policy = thread_schedule_policy_name(schedule->policy.value),
            .priority = schedule->priority.value,
            .cpus = xstrdup(schedule->cpus),
        };
    }
}

static void fill_record(struct session *session, struct process *process, struct finding_list *found)
{
    const struct realtime_facts *facts = &process->realtime->facts;
    struct realtime_record *record = &process->record.realtime;
    struct site_finding_list list;

    record->sums = facts->sums;
    record->sums.audited = true;
    for (size_t i = 0; i < facts->fault_count; i++)
        record->sums.placed_faults += facts->faults[i].count;
    fill_threads(&process->realtime->schedules, record);
    rt_checks_run(facts, &list);
    add_kernel_findings(found, &list);
    record->finding_count = list.count;
    record->findings = stack_sites_findings(&session->lock_sites, &list);
}

/* What could not be seen is said. */
static void tell_gaps(const struct realtime_watch *watch, struct process_record *record)
{
    const struct realtime_facts *facts = &watch->facts;

    if (watch->fault_error)
        process_record_reason(record,
                              "the kernel does not report the page faults of some real-time threads (%s): they are counted only",
                              strerror(-watch->fault_error));
    if (facts->sums.without_kernel)
        process_record_reason(record, "page faults inside of system calls could not be seen (kernel.perf_event_paranoid)");
    if (facts->calls_dropped > 0)
        process_record_reason(record, "%" PRIu64 " further calls of real-time threads were not kept", facts->calls_dropped);
}

void realtime_look_record(struct session *session, struct process *process)
{
    struct finding_list found = {0};

    realtime_record_finish(&process->record.realtime);
    if (!process->realtime)
        return;
    realtime_faults_sum(session, process);
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        realtime_watch_measure(thread);
    ask_kernel(process, &found);
    fill_record(session, process, &found);
    tell_gaps(process->realtime, &process->record);
}
