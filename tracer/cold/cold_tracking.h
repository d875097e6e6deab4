/* SPDX-License-Identifier: MIT
 *
 * Memory that nobody touches, in all processes of a session: when marks are made, and what looks say of it. */
#ifndef LEAKWATCH_TRACER_COLD_COLD_TRACKING_H
#define LEAKWATCH_TRACER_COLD_COLD_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

#include "records/cold_record.h"
#include "tracer/process_table.h"

struct session;

/* Of a session. */
struct cold_tracking {
    uint64_t due_ns;    /* monotonic clock: the next mark of all processes; UINT64_MAX: there is none */
    uint64_t round;     /* of these marks */
    bool line_drawn;    /* by a process, which is to be marked now */
    bool busy;          /* somebody is being held for it */
    bool report_wanted; /* meanwhile */
    bool waiting;       /* a process that is looked at from outside is waited for */
    bool wait_over;     /* and not any longer */
    bool taken;         /* of that process is known: */
    struct cold_record outside;
};

/* Plans the first mark. */
void cold_tracking_begin(struct session *session);
void cold_tracking_finish(struct cold_tracking *tracking);

/* When cold_tracking_settle() is to be called next, on the monotonic clock; UINT64_MAX: never. */
uint64_t cold_tracking_deadline(const struct session *session);
/* Makes the marks that are due; may wait for processes to stand still: only for the main loop. Returns false when the session is
 * over. */
bool cold_tracking_settle(struct session *session);

/* The program draws a line: what is touched from here on is not cold. Its thread is stopped at the call that says so, and is about
 * to be let go. */
void cold_tracking_line(struct session *session, struct thread *thread);

/* Hold of a process to be looked at from outside has been taken: makes a mark, and waits for the time after which it is looked at,
 * or until we are asked to end. Returns false if the process has ended. */
bool cold_tracking_wait(struct session *session);
/* We are asked to end. Returns whether that ends a time of waiting, and no more. */
bool cold_tracking_ends_waiting(struct session *session);
/* Whether a report has to wait because a process is being held; it is asked for again then. */
bool cold_tracking_defers_report(struct session *session);

/* A process stands still for a look, and nothing of its memory has been read yet: fills its record. */
void cold_tracking_look(struct session *session, struct process *process);
/* The look is done. */
void cold_tracking_looked(struct session *session, struct process *process);

#endif
