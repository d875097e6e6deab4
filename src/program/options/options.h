/* SPDX-License-Identifier: MIT
 * The command line, LEAKWATCH_OPTIONS and the files of options, parsed. The options themselves stand in options.def. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTIONS_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/process_handle.h"
#include "records/realtime_record.h"
#include "records/threshold.h"
#include "compat_options.h"
#include "libs_options.h"
#include "limits_options.h"
#include "option_types.h"
#include "trace_options.h"

enum command {
    COMMAND_RUN,
    COMMAND_ATTACH,
    COMMAND_TRACE,
    COMMAND_LIBS,
    COMMAND_LIMITS,
    COMMAND_SHOW,
    COMMAND_DIFF,
    COMMAND_HELP,
    COMMAND_VERSION
};
enum leak_check { LEAK_CHECK_NO, LEAK_CHECK_SUMMARY, LEAK_CHECK_FULL };   /* as in options.def: no|summary|full */
enum leak_resolution { RESOLUTION_LOW, RESOLUTION_MED, RESOLUTION_HIGH }; /* likewise: low|med|high */
/* As in options.def, no|yes|all; without the option, what is open is listed, but not where it was opened. */
/* As the words of --snapshot stand in options.def. */
enum snapshot_wish { SNAPSHOT_COPY, SNAPSHOT_FORK, SNAPSHOT_NONE };

enum track_fds { TRACK_FDS_NO, TRACK_FDS_YES, TRACK_FDS_ALL, TRACK_FDS_NAMES };

/* --inject, with the words as they were given. */
struct run_injections {
    struct injection_list list;
    struct text_list texts;
};

/* As the words of --cold-by stand in options.def: behind the first, enum cold_detector. */
enum cold_by { COLD_BY_BEST, COLD_BY_DETECTOR };

#define OPTIONS_COLD_NS      UINT64_C(5000000000) /* if --cold is given without a time */
#define OPTIONS_CALLERS_MAX  128
#define OPTIONS_CONTENTS_MAX 1000
#define OPTIONS_CONFIRM_MAX  1000
#define OPTIONS_CONFIRM_NS   UINT64_C(1000000000) /* between looks, if only --confirm is given */

struct options {
    enum command command;
    char *help_topic; /* with COMMAND_HELP: the command asked about, or NULL */
    char **program; /* with COMMAND_RUN: PROGRAM and its arguments; with COMMAND_ATTACH: PID; NULL-terminated; lent by the caller's
                       argv */
    const char *near_command;     /* static: the command that PROGRAM most likely is, should there be no such program; or NULL */
    char *process[2];             /* what -p names, lent; [1] is NULL */
    struct process_handle attach; /* with COMMAND_ATTACH: the same process; else none */

    const char *saved[2]; /* with COMMAND_SHOW: a saved report; with COMMAND_DIFF: the old one and the new one; "-": standard input;
                             lent */

    char *text;                                           /* NULL: standard error; "-": standard output */
    char *json;                                           /* NULL: none; "-": standard output */
    char *folded, *pprof, *speedscope, *heaptrack, *html; /* likewise */
    char *sarif, *junit, *gitlab, *github, *gcc;          /* likewise */
    char *source_root;                                    /* NULL: the working directory */
    char *xml;                                            /* likewise; a pattern of output_name.h */
    enum color color;
    int verbosity; /* -1: quiet, 0, 1.. */

    enum leak_check leak_check;
    enum leak_resolution leak_resolution;
    unsigned max_records; /* that the text lists of each process; 0: all */
    unsigned show_kinds;  /* bit mask of 1 << enum leak_kind */
    unsigned error_kinds; /* likewise */
    bool leak_check_on_exec;
    struct text_list suppressions;
    bool default_suppressions;
    bool gen_suppressions;
    enum snapshot_wish snapshot; /* of a running process */
    unsigned contents;           /* blocks of each record whose contents are shown */
    struct address_list who_points_at;
    enum track_fds track_fds;
    uint64_t cold_ns; /* 0: not asked for */
    enum cold_by cold_by;
    bool ksm_census;
    unsigned error_exitcode;
    struct gate_list gates;
    char *baseline; /* NULL: none */
    bool update_baseline;

    struct follow_option {
        bool wanted;
        uint64_t time_ns; /* 0: until the process ends, or we are asked to */
    } follow;             /* with COMMAND_ATTACH */
    unsigned num_callers;
    bool track_free_stacks;
    bool trace_children;
    bool forked_children; /* report also on those that have executed no other program, whatever trace_children says */
    uint64_t interval_ns;
    struct thresholds thresholds;
    unsigned warn_percent; /* 0: never */
    uint64_t warn_within_ns;
    enum audit audit;
    struct realtime_from realtime_from;
    bool debuginfod;
    struct fail_alloc_range fail_alloc;
    uint64_t fail_alloc_timeout_ns;
    struct run_injections injections;
    uint64_t repeat_ns;  /* with COMMAND_ATTACH: time between looks; 0: one look */
    unsigned look_count; /* 0: no limit */
    unsigned confirm;    /* looks in which a block must be lost to count; 0: one, and no others are told */

    struct compat_options compat; /* --compat=valgrind; what it has in common with the others is stored there */

    struct trace_options trace;   /* with COMMAND_TRACE: all there is */
    struct libs_options libs;     /* with COMMAND_LIBS: likewise */
    struct limits_options limits; /* with COMMAND_LIMITS: likewise */
};

/* Sets every option to its default. options_finish() releases what later calls added. */
void options_init(struct options *options);
/* The same, with the defaults that this command line wants: those of valgrind, if it is one of valgrind's. */
void options_init_for(struct options *options, int argc, char **argv);
void options_finish(struct options *options);

/* Parses the command line of leakwatch itself, argv[0] included. Returns 0; or -EINVAL and stores in `*error` what is wrong, one
 * line for people, owned by the caller. Uses the global state of getopt_long(3): one call at a time. */
int options_parse(struct options *options, int argc, char **argv, char **error);

/* Parses words that come from elsewhere than the command line: options only. `text` is split as option_words.h
 * says. `origin` names the place in messages. Returns as options_parse() does. */
int options_parse_text(struct options *options, const char *text, const char *origin, char **error);

#endif
