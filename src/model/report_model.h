/* SPDX-License-Identifier: MIT
 *
 * The report model: everything a report says, names included. Writers (report/) only print it; nobody computes after this point.
 * Strings are UTF-8 or raw bytes as the system gave them: each writer escapes as its format needs. All members are owned, except
 * that frames and the strings in them belong to report.names: a million records share a few thousand frames. */
#ifndef LEAKWATCH_MODEL_REPORT_MODEL_H
#define LEAKWATCH_MODEL_REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "heap/leak_scan.h"       /* enum leak_kind, struct leak_amount */
#include "records/limits_model.h" /* struct finding_list */
#include "records/own_usage.h"
#include "records/process_record.h" /* enum process_end, enum coverage, struct lock_sums */

struct report_frame {
    uint64_t address;         /* of the call: the last byte of the call instruction */
    const char *module;       /* path, or NULL */
    const char *build_id;     /* hexadecimal, or NULL */
    uint64_t offset;          /* address as the module's own symbol table has it */
    const char *function;     /* demangled, or NULL */
    const char *linkage_name; /* as in the symbol table, plain if inlined, or NULL: what suppressions match */
    const char *file;         /* or NULL */
    unsigned line;            /* 0: not known */
    bool inlined;             /* into the next frame */
};
struct report_stack {
    const struct report_frame *const *frames; /* innermost first */
    size_t frame_count;
    bool truncated;      /* there were more frames */
    const char *content; /* where there are none: what the blocks are, "core::Config", "text"; or NULL */
};
#define REPORT_EXAMPLE_BYTES 64
struct report_example { /* one block of a record, and what it holds */
    uint64_t address, size;
    unsigned char *bytes; /* the first REPORT_EXAMPLE_BYTES of them, as far as they can be read; owned */
    size_t byte_count;
};
/* Of a process that the OOM killer has ended: the check that this is a finding of. */
#define OOM_KILLED_CHECK "oom.killed"
/* How a finding stands to the baseline (report_baseline.h). */
enum report_novelty { NOVELTY_NONE, NOVELTY_KNOWN, NOVELTY_GROWN, NOVELTY_NEW }; /* none: it is not held against one */
struct report_leak {
    enum leak_kind kind;
    struct leak_amount direct, indirect;
    const char *allocator; /* "malloc", "new", "new[]"; static */
    bool cycle;
    struct report_stack stack;
    char *suppression;               /* text of a suppression that would match, or NULL if not asked for */
    struct report_example *examples; /* example_count; none if not asked for */
    size_t example_count;
    enum report_novelty novelty;
};
struct report_error {
    const char *kind; /* "double-free", "invalid-free", "mismatched-free"; static */
    uint64_t address, size;
    unsigned thread, count;
    const char *taken_with, *given_with; /* static */
    struct report_stack stack, allocated, freed;
    enum report_novelty novelty;
};
struct report_mapping {
    uint64_t bytes, count;
    struct report_stack stack;
};
struct report_arena {
    struct arena_usage usage;
    struct report_stack pin_stack; /* of the block below the top: where it was taken, or what it is */
};
struct report_descriptor {
    int number;
    enum open_descriptor_kind kind;
    char *name;
    bool readable, writable;
};
struct report_descriptors { /* open descriptors that one call site opened, or of one origin without a known stack */
    enum open_descriptor_origin origin;
    struct report_descriptor *open; /* by number */
    size_t count;
    struct report_stack stack;
};
struct report_finding {
    const char *id, *remedy; /* static */
    enum finding_severity severity;
    char *what, *numbers;
    uint64_t count;
    enum finding_role roles[FINDING_STACKS_MAX];
    struct report_stack stacks[FINDING_STACKS_MAX];
    size_t stack_count;
    enum report_novelty novelty; /* of errors only */
};
struct report_findings {
    struct report_finding *items;
    size_t count;
};
struct report_locked_memory { /* what one call site has locked in one way */
    enum lock_way way;
    bool on_fault;
    uint64_t bytes, ranges;
    struct report_stack stack;
};
struct report_locked_segment { /* of shared memory, which stays locked */
    int id;
    struct known bytes;
    struct report_stack stack;
};
struct report_locks { /* locked memory */
    struct lock_sums sums;
    struct report_locked_memory *memory; /* the largest first */
    size_t memory_count;
    struct report_locked_segment *segments;
    size_t segment_count;
    struct report_findings findings;
};
struct report_realtime { /* of an audit of real time */
    struct realtime_sums sums;
    struct realtime_thread *threads;
    size_t thread_count;
    struct report_findings findings;
};
struct report_threshold_site { /* what one call site had taken and not given back */
    uint64_t blocks, bytes;
    struct report_stack stack;
};
struct report_threshold { /* a threshold was crossed */
    enum threshold_kind kind;
    uint64_t most, value, at_ns;
    bool at_peak;                        /* it was over when it was seen */
    struct report_threshold_site *sites; /* the largest first */
    size_t site_count;
};
struct report_limit_warning { /* a limit of the kernel was near: a finding, with what was live then */
    const char *name;         /* static */
    char *where;              /* control group, or NULL */
    const char *check;        /* id of the check that it is a finding of; static */
    const char *remedy;       /* static */
    char *what, *numbers;     /* one line each */
    enum limit_unit unit;
    enum limit_effect effect;
    uint64_t left;
    struct report_threshold at; /* as in struct limit_warning */
};
struct report_oom_death { /* as struct oom_death */
    bool known;           /* it was asked about */
    struct report_limit_warning limit;
    struct known peak, resident, swapped, resident_peak;
    bool leakwatch_inside;
};
struct report_refused_call {  /* a call for memory that failed */
    struct refused_call call; /* without its stack */
    const char *error;        /* "ENOMEM"; static */
    const char *check;        /* that it is a finding of; static */
    enum finding_severity severity;
    struct report_stack stack;
};
struct report_failures { /* allocations that failed because we wanted it */
    bool known;          /* they were counted */
    uint64_t seen, made; /* allocations counted, and how many of them failed */
    uint64_t bytes;      /* asked for by the first that failed */
    struct report_stack stack;
};
struct report_cold_site;
struct report_cold {          /* of the memory that blocks lie in, what nobody touched; cold_report.h */
    bool asked, known;        /* not known: `problem` says why, a clause */
    char *problem, *rejected; /* why no better detector was taken, clauses, or NULL */
    enum cold_detector detector;
    uint64_t time_ns;                     /* for so long at least */
    bool by_program;                      /* since the program drew a line */
    uint64_t data_bytes, untouched_bytes; /* of anonymous memory in general */
    struct leak_amount total[LEAK_KINDS]; /* bytes: of these blocks, what takes memory */
    struct report_cold_site *sites;       /* the largest first */
    size_t site_count;
};
struct report_duplicates { /* pages with equal contents */
    struct page_duplicates counts;
    int64_t live_profit, lost_profit; /* bytes that merging would save */
    struct finding_list findings;
};
struct report_syscall {
    char *name;
    uint64_t calls, errors, time_ns;
};
struct report_process {
    pid_t pid, ppid;
    char *executable;
    char **command;
    uint64_t started_ns, ended_ns;
    enum process_end end;
    int status, signal;
    bool oom_killed, core_dumped;
    enum coverage coverage;
    char **reasons;
    size_t reason_count;
    bool leak_checked;      /* false: no leak kinds were computed; the fields below say nothing then */
    const char *checked_at; /* "exit", "signal", "exec", "request", ...; static */
    bool no_history;        /* it was running before: the next line is not known */
    uint64_t stopped_ns;    /* no_history: for how long it was stopped for the look */
    uint64_t allocations, frees, allocated_bytes, peak_bytes, peak_at_ns;
    uint64_t ledger_bytes; /* memory that watching took in the process itself */
    struct report_failures failures;
    struct leak_amount live;
    bool blocks_unknown; /* nothing is known of blocks: `live` says nothing */
    struct heap_usage usage;
    struct report_arena *arenas; /* the main one first */
    size_t arena_count;
    struct memory_usage memory;
    struct leak_amount total[LEAK_KINDS];
    struct report_cold cold;
    struct report_duplicates duplicates;
    struct leak_amount unconfirmed; /* lost, but not found so in as many looks as were asked for: in no record and no total */
    struct report_leak *leaks;
    size_t leak_count;
    struct report_pointers *pointers; /* answers to --who-points-at, see pointer_report.h */
    size_t pointer_count;
    struct report_error *errors;
    size_t error_count, errors_dropped;
    struct report_mapping *mappings;
    size_t mapping_count;
    bool descriptors_listed;                /* what is open is known */
    bool descriptors_tracked;               /* and where it was opened */
    struct report_descriptors *descriptors; /* by the first number of each */
    size_t descriptor_count;
    struct report_locks locks;
    struct report_realtime realtime;
    struct report_threshold *thresholds; /* crossings, in the order in which they were seen */
    size_t threshold_count;
    struct report_refused_call *refused; /* calls for memory that failed, in the order in which they were seen */
    size_t refused_count;
    uint64_t refused_dropped; /* further ones, which were only counted */
    struct report_oom_death oom_death;
    struct report_limit_warning *limit_warnings;
    size_t limit_warning_count;
    uint64_t thresholds_dropped;  /* further crossings, which were only counted */
    struct limits_history limits; /* without findings that a warning tells, too */
    struct report_syscall *syscalls;
    size_t syscall_count;
};
struct report_names;
struct fail_alloc;
struct growth;
struct report_baseline;
struct report_unused_suppression {
    char *name, *file;
    unsigned line;
};

struct report_injection { /* what was done to system calls on purpose */
    char *text;           /* as the user wrote it */
    uint64_t count;       /* how often it took place */
};

struct report {
    char *version;    /* of leakwatch */
    char **command;   /* NULL-terminated */
    const char *mode; /* "run", "attach"; static */
    char *started;    /* ISO 8601 with nanoseconds, UTC */
    uint64_t elapsed_ns;
    const char *verdict;                  /* "clean", "leaks", "errors", "incomplete"; static */
    bool damaged;                         /* not all of a heap that was judged could be trusted: it never is "clean" */
    struct leak_amount total[LEAK_KINDS]; /* over all processes */
    uint64_t error_count; /* leak records of the kinds that count as errors, plus memory errors, crossings of thresholds, and errors
                             of real time */
    struct report_process *processes; /* in the order in which they began */
    size_t process_count;
    struct report_suppression_use {
        char *name;
        uint64_t blocks, bytes;
    } * suppressions_used;
    size_t suppressions_used_count;
    struct report_unused_suppression *suppressions_unused;
    size_t suppressions_unused_count;
    struct report_injection *injections;
    size_t injection_count;
    struct finding_list machine_findings; /* what is wrong with the machine as a whole */
    struct report_names *names;
    struct fail_alloc *fail_alloc;    /* of --fail-alloc, or NULL */
    struct growth *growth;            /* of --repeat and --confirm, or NULL */
    struct report_baseline *baseline; /* of --baseline, or NULL */
    struct own_usage own_usage;       /* if it was asked for */
};

enum descriptor_view { VIEW_DESCRIPTORS_OWN, VIEW_DESCRIPTORS_ALL }; /* without, with standard streams and inherited ones */

/* What people asked to see; the JSON writer always writes everything. */
struct report_view {
    unsigned show_kinds;  /* bit mask of 1 << enum leak_kind */
    unsigned error_kinds; /* likewise: those whose records count as errors */
    bool summary_only;    /* --leak-check=summary */
    bool below_main;      /* stacks in memcheck's forms do not end at main() */
    int verbosity;        /* -1: -q, 0, 1.. */
    size_t max_records;   /* leaks that are listed of each process; 0: all */
    bool color;
    enum descriptor_view descriptors;
    const char *directory;   /* source files below it are shown relative to it; NULL: all as they are */
    const char *source_root; /* absolute: the top of the repository, for formats whose readers look for files in one */
};

/* How many descriptors of a process are open: all; the standard streams among them; the inherited among the others. */
struct descriptor_counts {
    size_t open, standard, inherited;
};
struct descriptor_counts report_descriptor_counts(const struct report_process *process);

/* How many processes were not fully seen. */
size_t report_count_not_seen(const struct report *report);

/* The arena with the most resident free memory if fragmentation is what makes the process large; NULL: it is not. */
const struct report_arena *report_fragmented_arena(const struct report_process *process);

/* "definite", "indirect", ...: the word of a kind on the command line and for machines. Static. */
const char *report_kind_word(enum leak_kind kind);
/* "definitely lost", "indirectly lost", ...: for people. Static. */
const char *report_kind_fate(enum leak_kind kind);

/* What gives back a block of this allocator, "malloc", "new" or "new[]": for people. Static. */
const char *report_release_function(const char *allocator);
/* Whether growth of the process will meet a limit so soon that a warning says so. */
bool report_forecast_warns(const struct report_process *process);
/* How many findings are of this severity, without those that a baseline knows. */
size_t report_count_findings(const struct report_findings *findings, enum finding_severity severity);

/* The stack that tells it from others of its check: the first one, or NULL. */
const struct report_stack *report_finding_place(const struct report_finding *finding);

/* Releases the sites of a crossing. */
void report_threshold_finish(struct report_threshold *threshold);
/* Releases what a warning owns. */
void report_limit_warning_finish(struct report_limit_warning *warning);

/* Releases what a record owns, not the struct itself. */
void report_leak_finish(struct report_leak *leak);

/* One more reason why not all of the process was seen; `reason` is taken over. */
void report_process_add_reason(struct report_process *process, char *reason);
/* Releases all that one process of a report owns, not the struct itself. */
void report_process_finish(struct report_process *process);
/* The part of a report that is about the processes with this ID, which may have been several programs: it shares all with the whole
 * report, but the array of processes is the caller's to free. Its verdict is the whole's. */
struct report report_of_process(const struct report *report, pid_t pid);

/* Releases all that the report owns, not the struct itself. */
void report_finish(struct report *report);

#endif
