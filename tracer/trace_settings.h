/* SPDX-License-Identifier: MIT
 *
 * A log of system calls: what is to be logged, and the functions that are told. */
#ifndef LEAKWATCH_TRACER_TRACE_SETTINGS_H
#define LEAKWATCH_TRACER_TRACE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct call_set;
struct decode_options;
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
    /* A process, of which this many threads were found, is traced from now on; or a thread is no longer; `call`: in
     * which it was then, NULL if in none. */
    void (*attached)(void *context, pid_t pid, size_t threads);
    void (*detached)(void *context, const struct trace_thread *thread, struct system_call *call);
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

struct trace_settings {
    struct trace_events events;
    struct trace_wishes wishes;
    const struct call_set *calls; /* of interest; lent */
    bool alone;                   /* what the program forks or clones is not followed */
    bool no_filter;               /* stop at all calls, also where a filter in the kernel would do */
    bool detach_on_exec;          /* let a process go when it has executed a program (the first does not count) */
    bool kill_on_exit;            /* the traced processes do not outlive us (with a filter they never do) */
    uint64_t call_limit;          /* after so many calls all are let go; 0: none */
};

#endif
