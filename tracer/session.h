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

#include "launch.h"

struct call_set;
struct decode_options;
struct injection;
struct snapshot;
struct process_record;

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
    /* Between requests: SIGUSR1 came and all processes have been through process_stopped; a report of the state now is due. */
    void (*report_due)(void *context);
    void *context;
};

struct memory_view;
struct process_view;
struct system_call;
struct value;

/* The thread that an event is about. Lent for the time of the callback. */
struct trace_thread {
    pid_t tid;
    pid_t pid;                          /* 0: not known */
    size_t tracees;                     /* that are alive */
    bool has_number;                    /* it has made a call */
    uint64_t number;                    /* of that */
    uint64_t instruction_pointer;       /* 0: not known, or not asked for */
    const struct memory_view *memory;   /* NULL: it is gone */
    const struct process_view *process; /* NULL: likewise */
};

/* A log of system calls, of every one that is made. A function may be NULL, but for the first three. */
struct trace_events {
    /* How the call with this system_call_key() is to be decoded; NULL: it is of no interest, and none of the following is called
     * for it. */
    const struct decode_options *(*options)(void *context, uint64_t number);
    /* The thread is about to make a call; what can be decoded before it is. */
    void (*call_entered)(void *context, const struct trace_thread *thread, struct system_call *call);
    /* It is done: call->returned, or not, if the thread has ended or the image is gone. */
    void (*call_left)(void *context, const struct trace_thread *thread, struct system_call *call);
    /* A signal is about to be delivered; `info` is a siginfo_t, decoded. */
    void (*signalled)(void *context, const struct trace_thread *thread, int signal, const struct value *info);
    /* The thread has stopped with its group, by this signal. */
    void (*stopped)(void *context, const struct trace_thread *thread, int signal);
    /* `child` was made by the thread. */
    void (*forked)(void *context, const struct trace_thread *thread, pid_t child);
    /* The thread runs another program now. If its id was another one before, `former`, it is now that of its process, whose first
     * thread is gone without a word. */
    void (*executed)(void *context, const struct trace_thread *thread, pid_t former);
    /* A process, of which this many threads were found, is traced from now on; or a thread is no longer, its call
     * perhaps unfinished. */
    void (*attached)(void *context, pid_t pid, size_t threads);
    void (*detached)(void *context, const struct trace_thread *thread);
    /* A thread is gone, with this wait status. */
    void (*ended)(void *context, const struct trace_thread *thread, int status);
    /* What was held back is to be written: some milliseconds after something has happened, at signals, and before the supervisor
     * stops itself. */
    void (*flush)(void *context);
    void *context;
};

/* What is to be found out for a log, where it costs something. */
struct trace_wishes {
    bool times;                /* when calls begin and end */
    bool system_times;         /* the time that the kernel works for them */
    bool instruction_pointers; /* of signals, too */
    bool process_names;        /* of process ids */
    bool stacks;               /* who makes the calls */
    unsigned descriptors;      /* what descriptors refer to: bits of enum trace_decode_fd */
};

struct session_settings {
    const struct trace_events *trace;   /* log system calls, and do nothing else; NULL: look for leaks */
    struct trace_wishes wishes;         /* with trace */
    const struct call_set *calls;       /* with trace: the calls of interest to it */
    bool trace_alone;                   /* with trace: what the program forks or clones is not followed */
    bool no_filter;                     /* with trace: stop at all calls, also where a filter in the kernel would do */
    bool detach_on_exec;                /* with trace: let a process go when it has executed a program (the first does not count) */
    const struct injection *injections; /* injection_count, later ones win */
    size_t injection_count;
    uint64_t *injection_times; /* how often each took place is added here; or NULL */
    const pid_t *attach;       /* with trace: processes to look into; attach_count. They are left running in the end */
    size_t attach_count;
    bool kill_on_exit;              /* with trace: the traced processes do not outlive us (with a filter they never do) */
    uint64_t call_limit;            /* with trace: after so many calls all are let go; 0: none */
    bool never_interrupted;         /* signals do not end the session */
    bool never_stopped;             /* nor does ^Z stop it */
    enum launch_way way;            /* who becomes the program */
    const struct launch_user *user; /* whom it runs as; NULL: nobody else */
    const char *executable;         /* what to execute; NULL: command[0] as execvp(3) finds it */
    char *const *environment;       /* of the program; NULL: our own */
    char *const *command;           /* NULL-terminated, lent; NULL: nothing is started, `attach` only */
    const char *shim_path;          /* absolute path of the shim; NULL: run without it */
    unsigned callers;               /* frames kept of each stack */
    bool free_stacks;               /* keep the stacks of frees */
    bool leak_check;                /* take heap snapshots at the end */
    bool leak_check_on_exec;        /* take one at execve, too */
    bool list_descriptors;          /* say what a process leaves open */
    bool track_descriptors;         /* and where it was opened */
    bool trace_children;            /* report on children (they are followed in any case) */
    uint64_t sample_interval_ns;
    /* Numbers (from 1) of the allocations of the launched process that fail; fail_first 0: none, and none is counted. */
    uint64_t fail_first, fail_last;
    uint64_t time_limit_ns; /* after which all that still runs is killed; 0: none */
    struct session_events events;
};

struct session_result {
    bool started;     /* the program was executed */
    int launch_error; /* errno of the failed exec or ptrace step where !started */
    bool exec_failed; /* !started: the failed step was execve(); else it was one of leakwatch's own (ptrace, fork) */
    char *message;    /* what went wrong, for people; owned; NULL if nothing did */
    int status;       /* wait status of the launched program, valid if started */
    bool timed_out;   /* the time limit passed */
    bool interrupted; /* somebody asked leakwatch by a signal to end */
    uint64_t elapsed_ns;
};

/* Runs the session to its end. Returns 0 (see `result`), or -errno if the supervisor itself failed. */
int session_run(const struct session_settings *settings, struct session_result *result);

#endif
