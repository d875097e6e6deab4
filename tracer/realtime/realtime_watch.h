/* SPDX-License-Identifier: MIT
 *
 * --audit=rt: which threads are real-time threads, since when, and what is kept of each process. The audit looks at real-time
 * threads in the real-time part of their process, which begins with the first of them or, with --rt-from, at a call, a signal or a
 * marker; the thread that began it so is looked at whatever its policy is. */
#ifndef LEAKWATCH_TRACER_REALTIME_REALTIME_WATCH_H
#define LEAKWATCH_TRACER_REALTIME_REALTIME_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "limits/process_stat.h"
#include "limits/thread_schedule.h"
#include "realtime/realtime_facts.h"

struct fault_counter;
struct process;
struct session;
struct thread;

struct realtime_fault_counts {
    uint64_t minor, major;
};

/* Of a process image. */
struct realtime_watch {
    struct realtime_facts facts;
    struct thread_schedules schedules;  /* of threads that had a real-time policy at any time */
    struct realtime_fault_counts ended; /* of threads that are not judged any more */
    struct realtime_fault_counts own;   /* of leakwatch's own code, among the others */
    bool given_up;                      /* the threads whose policy began the real-time part have it no more, and live on */
    bool faults_watched;                /* of some thread at least, in one way or the other */
    int fault_error;                    /* why the kernel does not report those of some, -errno; 0: it does */
};

/* Of a thread. */
struct realtime_thread_watch {
    bool is_realtime;                        /* its policy */
    bool is_starter;                         /* it began the real-time part, not by its policy */
    bool is_judged;                          /* what it does now is looked at */
    const struct realtime_call_row *pending; /* the call whose exit is waited for; NULL: none */
    struct fault_counter *faults;            /* while is_judged; NULL: they are not reported, but counted: */
    struct process_stat counted;             /* what the kernel had counted when it began to be judged */
};

/* NULL: nothing happens. */
void realtime_watch_destroy(struct realtime_watch *watch);
void realtime_thread_watch_destroy(struct realtime_thread_watch *watch);

/* The thread is new, or runs a new program: begins to watch it. Without an audit nothing happens. */
void realtime_watch_thread(struct session *session, struct thread *thread);
/* The process runs a new program: forgets the old one. */
void realtime_watch_forget(struct process *process);

/* How threads are scheduled may have changed: by a call of this stopped thread, or, NULL, of somebody who is not followed. */
void realtime_watch_refresh(struct session *session, struct thread *caller);

/* What the real-time part begins with has happened: by `thread`. `name`: of the call or the signal, static; or NULL. Nothing
 * happens if it has begun already. */
void realtime_watch_begin(struct session *session, struct thread *thread, enum realtime_start start, const char *name);

/* Whether what the thread does is looked at. */
bool realtime_watch_judges(const struct thread *thread);

/* Notes how large the stack of the first thread is now, if this is the one, and it is looked at. */
void realtime_watch_measure(struct thread *thread);

/* The thread is at its end: its faults are counted now or never. */
void realtime_watch_thread_ends(struct session *session, struct thread *thread);

#endif
