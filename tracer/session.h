/* SPDX-License-Identifier: MIT
 *
 * A session: a program under supervision, from its launch to the end of its last descendant. */
#ifndef LEAKWATCH_TRACER_SESSION_H
#define LEAKWATCH_TRACER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/types.h>

#include "base/process_handle.h"
#include "records/cold_record.h"
#include "records/limits_model.h"
#include "records/realtime_record.h"
#include "records/threshold.h"
#include "launch.h"

struct injection;
struct mapped_files;
struct snapshot;
struct process_record;
struct trace_settings;

/* What becomes of a process that is looked at from outside. */
enum snapshot_way {
    SNAPSHOT_BY_COPY,  /* it is stopped while its memory is copied */
    SNAPSHOT_BY_FORK,  /* it is stopped while it is forked; where it cannot be, its memory is copied */
    SNAPSHOT_IN_PLACE, /* it is stopped until all is read */
};

enum snapshot_reason { SNAPSHOT_EXIT, SNAPSHOT_DEATH, SNAPSHOT_EXEC, SNAPSHOT_REQUEST };

struct session_events {
    /* A process stands still and its heap can be read. `snapshot` is NULL if there is no heap to judge (record->reasons says why).
     * `record` is as complete as it can be at this moment and stays the session's; `*attachment` (NULL at first) is kept with the
     * process and handed to process_ended. With SNAPSHOT_REQUEST the process runs on afterwards. Returns the number of errors
     * found, the result of an on-demand check by the program. */
    uint64_t (*process_stopped)(void *context, const struct process_record *record, const struct snapshot *snapshot,
                                enum snapshot_reason reason, void **attachment);
    /* A process image has ended (exit, death, exec, detach) and `record` is complete. */
    void (*process_ended)(void *context, const struct process_record *record, void *attachment);
    /* It is time for a sample of a process, which runs on meanwhile; NULL: none is wanted. Not called once it was stopped for its
     * last look. */
    void (*process_sampled)(void *context, const struct process_record *record);
    /* A process has more of something than settings->thresholds allow; NULL: nobody wants to know at once. It may be running on.
     * The crossing is lent. */
    void (*threshold_crossed)(void *context, const struct process_record *record, const struct threshold_crossing *crossing);
    /* A process is about to meet a limit of the kernel; likewise. */
    void (*limit_is_near)(void *context, const struct process_record *record, const struct limit_warning *warning);
    /* A process that was there before is watched for memory that is not touched, by this detector; `problem`: why it is not, or
     * NULL. NULL: nobody wants to know. */
    void (*cold_watch_begun)(void *context, pid_t pid, enum cold_detector detector, const char *problem);
    /* Between requests: SIGUSR1 came and all processes have been through process_stopped; a report of the state now is due. */
    void (*report_due)(void *context);
    void *context;
};

struct session_settings {
    const struct trace_settings *trace; /* log system calls, and do nothing else; NULL: look for leaks */
    const struct injection *injections; /* injection_count, later ones win */
    size_t injection_count;
    uint64_t *injection_times;           /* how often each took place is added here; or NULL */
    const struct process_handle *attach; /* processes to log, or without a log to look at once; attach_count. They are left running
                                            in the end */
    size_t attach_count;
    enum snapshot_way snapshot_way;   /* of those that are looked at */
    bool follow;                      /* without a log: the heap of the only one of them, with the shim, which is loaded into it */
    uint64_t follow_ns;               /* for that long; 0: until it ends, or we are asked to */
    bool never_interrupted;           /* signals do not end the session */
    bool never_stopped;               /* nor does ^Z stop it */
    enum launch_way way;              /* who becomes the program */
    const struct launch_user *user;   /* whom it runs as; NULL: nobody else */
    const char *executable;           /* what to execute; NULL: command[0] as execvp(3) finds it */
    char *const *environment;         /* of the program; NULL: our own */
    char *const *command;             /* NULL-terminated, lent; NULL: nothing is started, `attach` only */
    const char *shim_path;            /* absolute path of the shim; NULL: run without it */
    unsigned callers;                 /* frames kept of each stack */
    bool free_stacks;                 /* keep the stacks of frees */
    bool leak_check;                  /* take heap snapshots at the end */
    bool leak_check_on_exec;          /* take one at execve, too */
    uint64_t cold_ns;                 /* tell what was not touched for so long; 0: not asked */
    enum cold_detector cold_detector; /* by this one; COLD_DETECTORS: the best there is */
    bool list_descriptors;            /* say what a process leaves open */
    bool track_descriptors;           /* and where it was opened */
    bool trace_children;              /* report on children (they are followed in any case) */
    bool forked_children;             /* report on children as long as they execute no other program, in any case */
    bool audit_realtime;              /* watch what real-time threads do */
    struct realtime_from realtime_from; /* what their real-time part begins with */
    uint64_t sample_interval_ns;
    bool watch_limits;            /* look at the limits of processes and of the machine with each sample, and at each end */
    unsigned warn_percent;        /* of a limit of the kernel, at which to warn: with watch_limits; 0: never */
    uint64_t warn_within_ns;      /* of a limit that growth will meet in this time: likewise; 0: in an hour */
    struct thresholds thresholds; /* with watch_limits */
    /* Numbers (from 1) of the allocations of the launched process that fail; fail_first 0: none, and none is counted. */
    uint64_t fail_first, fail_last;
    uint64_t time_limit_ns;       /* after which all that still runs is killed; 0: none */
    struct mapped_files *files;   /* gets the files whose code is seen, for their names; lent; NULL: nobody wants them */
    struct session_events events; /* without `trace` */
};

struct session_result {
    bool started;     /* the program was executed */
    int launch_error; /* errno of the failed exec or ptrace step where !started */
    bool exec_failed; /* !started: the failed step was execve(); else it was one of leakwatch's own (ptrace, fork) */
    bool killed;      /* !started: no step failed, a signal ended the process that was to become the program (`status`) */
    char *message;    /* what went wrong, for people; owned; NULL if nothing did */
    int status;       /* wait status of the launched program, valid if started or killed */
    bool timed_out;   /* the time limit passed */
    bool interrupted; /* somebody asked leakwatch by a signal to end */
    uint64_t elapsed_ns;
    uint64_t reading_ns;                  /* of it, for reading processes that were looked at, up to process_stopped() */
    struct finding_list machine_findings; /* with watch_limits, and audit_realtime; owned */
};

/* Runs the session to its end. Returns 0 (see `result`), or -errno if the supervisor itself failed. */
int session_run(const struct session_settings *settings, struct session_result *result);

#endif
