/* SPDX-License-Identifier: MIT */
#include "observation.h"

#include "supervisor.h"

void observe_frozen(struct session *session, struct process *process)
{
}

void observe_end(struct session *session, struct process *process, enum process_end end)
{
    if (!process->is_program)
        return;
    process->record.end = end;
    process->record.ended_ns = session_time_ns(session);
    if (session_reports(session, process))
        session->settings->events.process_ended(session->settings->events.context, &process->record, process->attachment);
    process->attachment = NULL;
}
