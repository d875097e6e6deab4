/* SPDX-License-Identifier: MIT
 * The command line of `leakwatch trace`, parsed and checked. The options themselves stand in trace_options.def; their names and
 * meanings are those of strace(1). */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/process_handle.h"
#include "calls/call_counts.h"
#include "calls/descriptor_name.h"
#include "calls/value_style.h"
#include "syscalls/call_set.h"
#include "syscalls/descriptor_set.h"
#include "syscalls/injection.h"
#include "option_types.h"

struct process_list {
    struct process_handle *items; /* none twice */
    size_t count;
};

struct injection_list {
    struct injection *items; /* where several mean the same call, the last one counts */
    size_t count;
};

/* How a system call ended, as bits of `statuses`. */
enum trace_status {
    TRACE_STATUS_SUCCESSFUL = 1 << 0,
    TRACE_STATUS_FAILED = 1 << 1,
    TRACE_STATUS_UNFINISHED = 1 << 2,
    TRACE_STATUS_UNAVAILABLE = 1 << 3,
    TRACE_STATUS_DETACHED = 1 << 4,
    TRACE_STATUS_ALL = (1 << 5) - 1,
};

/* Messages that can be left out, as bits of `quiet`. */
enum trace_quiet {
    TRACE_QUIET_ATTACH = 1 << 0,          /* attached, detached */
    TRACE_QUIET_EXIT = 1 << 1,            /* +++ exited with 0 +++ */
    TRACE_QUIET_PATH_RESOLUTION = 1 << 2, /* what the paths of -P are really called */
    TRACE_QUIET_PERSONALITY = 1 << 3,     /* a process runs in another mode */
    TRACE_QUIET_THREAD_EXECVE = 1 << 4,   /* +++ superseded by execve +++ */
    TRACE_QUIET_ALL = (1 << 5) - 1,
};

/* What is said of process IDs, as bits of `decode_pids`. */
enum trace_decode_pid { TRACE_PID_COMM = 1 << 0, TRACE_PID_NAMESPACE = 1 << 1 };

enum time_precision { PRECISION_S, PRECISION_MS, PRECISION_US, PRECISION_NS };
enum timestamp_format { TIMESTAMP_NONE, TIMESTAMP_TIME, TIMESTAMP_UNIX };

struct timestamps {
    bool given; /* by --absolute-timestamps, not by -t */
    enum timestamp_format format;
    enum time_precision precision;
};

/* A column with a span of time. */
struct time_column {
    bool shown;
    enum time_precision precision;
};

struct summary_columns {
    bool given;
    size_t count;
    enum summary_column items[SUMMARY_COLUMNS]; /* in the order shown; the name is always among them */
};

enum daemonize { DAEMONIZE_NO, DAEMONIZE_GRANDCHILD, DAEMONIZE_PGROUP, DAEMONIZE_SESSION };

/* When signals may end the tracer. */
enum interruptible {
    INTERRUPTIBLE_UNSET, /* never after trace_options_parse() */
    INTERRUPTIBLE_ANYWHERE,
    INTERRUPTIBLE_WAITING,    /* the default: not while it decodes */
    INTERRUPTIBLE_NEVER,      /* the default with -o FILE PROGRAM */
    INTERRUPTIBLE_NEVER_TSTP, /* nor may SIGTSTP stop it; the default with -D */
};

/* auto: where it works and makes no difference; yes was asked for; no was forbidden. */
enum seccomp_bpf { SECCOMP_BPF_AUTO, SECCOMP_BPF_YES, SECCOMP_BPF_NO };

/* The value of an option that a repeated letter gives as well. */
struct trace_choice {
    bool given; /* by the long name */
    unsigned value;
};

/* How often letters were given whose number counts. */
struct trace_letters {
    unsigned follow, deprecated_follow, quiet, fds, hex, times, daemonize;
};

/* No -O. */
#define TRACE_OVERHEAD_UNSET UINT64_MAX

struct trace_options {
    bool help, version;

    /* What to trace */
    char **program;                /* PROGRAM and its arguments, NULL-terminated, lent by the caller's argv; NULL: only `attach` */
    struct process_list attach;    /* -p */
    bool follow_forks;             /* -f */
    bool detach_on_execve;         /* -b */
    struct text_list environment;  /* -E, in order: VAR=VALUE to set, VAR to unset; of PROGRAM only */
    char *user;                    /* -u; NULL: the one who calls */
    char *argv0;                   /* NULL: PROGRAM */
    struct trace_choice daemonize; /* -D: enum daemonize */
    unsigned interruptible;        /* -I: enum interruptible */
    bool kill_on_exit;
    uint64_t syscall_limit; /* 0: none */
    unsigned seccomp_bpf;   /* enum seccomp_bpf */

    /* Which events to show */
    struct call_set trace;
    struct descriptor_set trace_fds;             /* full: whatever the call */
    struct text_list trace_paths;                /* -P; empty: whatever the call */
    uint64_t signals;                            /* as in syscalls/signal_set.h */
    unsigned statuses;                           /* bits of enum trace_status */
    bool successful_only, failed_only;           /* -z, -Z were given; `statuses` has what counts */
    struct trace_choice quiet;                   /* bits of enum trace_quiet */
    struct call_set abbrev, verbose, raw;        /* -e abbrev=, verbose=, raw= */
    struct descriptor_set dump_read, dump_write; /* -e read=, write= */
    struct injection_list injections;

    /* How to show them */
    char *output; /* -o; NULL: standard error; with `output_is_command` the command without its | or ! */
    bool output_is_command;
    bool output_append;             /* -A */
    bool output_separately;         /* -ff: into FILE.PID; only with `output` */
    char *json;                     /* JSON Lines; NULL: none; "-": standard output */
    unsigned color;                 /* enum color */
    unsigned columns;               /* -a */
    unsigned string_limit;          /* -s, bytes */
    struct trace_choice string_hex; /* enum string_hex */
    unsigned const_style;           /* -X: enum const_style */
    struct trace_choice decode_fds; /* -y: bits of enum trace_decode_fd */
    unsigned decode_pids;           /* -Y: bits of enum trace_decode_pid */
    bool syscall_number;            /* -n */
    bool arg_names;                 /* -N */
    bool instruction_pointer;       /* -i */
    bool stack_trace;               /* -k */
    bool always_show_pid;
    struct timestamps timestamps; /* -t */
    struct time_column relative;  /* -r */
    struct time_column times;     /* -T */
    unsigned debug;               /* -d */

    /* The summary */
    bool summary_only;                      /* -c */
    bool summary;                           /* -C */
    char *summary_json;                     /* NULL: none; "-": standard output */
    bool summary_wall_clock;                /* -w */
    struct trace_choice summary_sort;       /* -S: enum summary_column */
    struct summary_columns summary_columns; /* -U */
    uint64_t summary_overhead_ns;           /* -O; TRACE_OVERHEAD_UNSET: to be guessed */

    struct text_list warnings; /* one line each; to be printed before anything starts */

    /* Only while parsing */
    struct trace_letters letters;
    unsigned expressions; /* -e: how many */
};

/* Sets every option to its default. trace_options_finish() releases what trace_options_parse() added. */
void trace_options_init(struct trace_options *options);
void trace_options_finish(struct trace_options *options);

/* Parses the command line from the word `trace` on (argv[0]). Returns NULL; or what is wrong, one line for people, owned by the
 * caller. What is odd but no mistake is added to `warnings`. With `help` or `version` nothing else is checked. Uses the global
 * state of getopt_long(3): one call at a time. */
char *trace_options_parse(struct trace_options *options, int argc, char **argv);

#endif
