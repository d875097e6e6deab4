/* SPDX-License-Identifier: MIT
 *
 * The state of a session, shared by the files of this folder. One thread, one loop: `while (dispatch(next event))`. */
#ifndef LEAKWATCH_TRACER_SUPERVISOR_H
#define LEAKWATCH_TRACER_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "calls/system_call.h"
#include "limits/control_groups.h"
#include "limits/watch.h"
#include "tracer/cold/cold_tracking.h"
#include "tracer/kernel/page_cache.h"
#include "tracer/limits/oom_kill.h"
#include "tracer/locks/segment_locks.h"
#include "tracer/looks/outside_look.h"
#include "tracer/modules/libc_facts.h"
#include "tracer/shim/heap_follow.h"
#include "tracer/shim/shim_file.h"
#include "tracer/unwind/stack_sites.h"
#include "tracer/unwind/unwinder.h"
#include "attach.h"
#include "cpu_sharing.h"
#include "event_queue.h"
#include "inherited_state.h"
#include "launch.h"
#include "process_table.h"
#include "session.h"
#include "trace_settings.h"

struct session {
    const struct session_settings *settings;
    struct session_result *result;
    struct launch launch; /* of the program whose end is the result */
    struct process_table table;
    struct event_queue events;
    struct cpu_sharing sharing;   /* with a log of all system calls */
    struct page_cache page_cache; /* of the thread that a log is about now */
    struct system_call signal;    /* that a log decodes a signal in, which belongs to no call */
    struct inherited_state inherited;
    struct shim_file shim;
    struct heap_follow *heap_follow; /* of a process that was running before; NULL: none is followed */
    struct libc_cache libraries;
    struct unwinder unwinder;
    struct outside_looks outside;  /* at a process that was there before us, without a log */
    struct cold_tracking cold;     /* memory that nobody touches */
    struct stack_sites lock_sites; /* of calls that lock memory, that fail, that make late, and what belongs to them */
    struct segment_locks segments;
    struct watch_settings watch_settings;
    struct watched *machine;  /* samples of it; NULL: limits are not looked at */
    struct group_memo groups; /* as old as the last of these */
    uint64_t started_ns;      /* monotonic clock */
    uint64_t next_sample_ns;
    uint64_t flush_deadline_ns;         /* when the log is to write what it holds back; UINT64_MAX: it holds back nothing */
    int run_request;                    /* PTRACE_CONT, or PTRACE_SYSCALL where there is no filter */
    bool has_other_children;            /* that were there before the session */
    bool report_pending;                /* report_due is called when the last process has answered a request */
    uint64_t kill_deadline_ns;          /* after which processes that do not heed a SIGTERM are killed; 0: none */
    uint64_t limit_deadline_ns;         /* after which all are killed because the time limit has passed; UINT64_MAX: none */
    uint64_t last_interrupt_ns;         /* when the last ^C came; 0: none */
    bool filtered;                      /* the kernel stops the program at some calls only: without us it could not make them */
    unsigned seize_options;             /* what tracees are seized with */
    enum detach_scope detaching;        /* whose threads are let go, each at its next stop */
    uint64_t look_again_ns;             /* when the next look is due, after one that came at a bad moment; UINT64_MAX: none is */
    struct finding_list machine_timing; /* of an audit of real time */
    bool machine_audited;               /* it is filled */
    uint64_t calls_logged;
    bool launched_runs; /* the launched program was started and has not ended, whether it is traced or not */
    size_t detached;    /* threads that were, and are still in the table */
    size_t delayed;     /* threads that are held for a time */
    bool stop_wanted;   /* the terminal asked the whole job to stop */
    struct oom_watch oom;
};

/* Time since an arbitrary start, and since the session began. */
uint64_t monotonic_ns(void);
uint64_t session_time_ns(const struct session *session);

/* Whether reports are wanted for this process. */
bool session_reports(const struct session *session, const struct process *process);
/* The same of the program that it is about to execute. */
bool session_reports_next(const struct session *session, const struct process *process);

/* Whether there is nothing of ours in the process to tell of its blocks: all is seen in one look. */
bool session_looks_from_outside(const struct session *session, const struct process *process);
/* Whether all that there was to supervise has ended, as far as that is known without waiting. */
bool session_is_over(const struct session *session);

/* Acts on one event. Returns false when the session is over. */
bool dispatch(struct session *session, const struct event *event);

/* Waits for the next event, until `deadline_ns` of the monotonic clock at the latest, and acts on it: for those who wait for
 * something in particular while the session goes on. Returns as dispatch() does. */
bool session_step(struct session *session, uint64_t deadline_ns);

/* Acts on a signal to the supervisor itself, and on the passing of time. */
void dispatch_signal(struct session *session, const struct event *event);
void dispatch_timeout(struct session *session);
/* A thread has stopped with its group, by this signal, and was left so: stops the supervisor too, if they are one job. */
void control_group_stop(struct session *session, const struct thread *thread, int signal);
/* The user wants a report of the state now. */
void control_report(struct session *session);
/* Brings all processes to a standstill to look at them; once more, after that time. */
void control_look(struct session *session);
void control_look_again(struct session *session, uint64_t after_ns);
/* What came when no more events were waited for. */
void control_take_late_signals(struct session *session);
/* Something happened that the log may tell of later. */
void plan_flush(struct session *session);
/* When dispatch_timeout() is to be called next, on the monotonic clock; UINT64_MAX: never. */
uint64_t next_deadline(const struct session *session);

#endif
