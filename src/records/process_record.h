/* SPDX-License-Identifier: MIT
 *
 * What became of one process image: facts as the tracer saw them, with addresses, not names. The report builder turns records into
 * the report model. */
#ifndef LEAKWATCH_RECORDS_PROCESS_RECORD_H
#define LEAKWATCH_RECORDS_PROCESS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "call_stack.h"
#include "cold_record.h"
#include "limits_model.h"
#include "lock_record.h"
#include "memory_usage.h"
#include "oom_death.h"
#include "realtime_record.h"
#include "refused_call.h"
#include "threshold.h"

enum process_end { END_RUNNING, END_EXIT, END_SIGNAL, END_EXEC, END_DETACHED };
enum coverage { COVERAGE_NONE, COVERAGE_PARTIAL, COVERAGE_FULL };

/* An executable file mapping, over the time in which it was there. Address A of a call site with generation G lies in the module
 * with start <= A < end and first_generation <= G <= last_generation (UINT32_MAX: still loaded). */
struct module {
    char *path;
    uint64_t start, end;    /* of the executable mapping */
    uint64_t file_offset;   /* in the file, of `start` */
    uint64_t device, inode; /* as in /proc/PID/maps; 0: not known */
    uint32_t first_generation, last_generation;
};

enum memory_fault_kind { FAULT_DOUBLE_FREE, FAULT_INVALID_FREE, FAULT_MISMATCHED_FREE };
struct memory_fault {
    enum memory_fault_kind kind;
    uint64_t address, size;
    unsigned thread, count;
    uint8_t taken_with, given_with; /* enum heap_allocator */
    struct call_stack stack, taken, given;
};

/* Allocations that failed because we wanted it. */
struct made_failures {
    bool known;              /* they were counted, and the counts could be read */
    uint64_t seen, made;     /* allocations counted, and how many of them failed */
    uint64_t bytes;          /* asked for by the first that failed */
    struct call_stack stack; /* of that one */
};

struct live_mapping { /* mappings made by one call site that are still there */
    uint64_t bytes, count;
    struct call_stack stack;
};

enum open_descriptor_kind { OPEN_FILE, OPEN_SOCKET, OPEN_PIPE, OPEN_OTHER };
enum open_descriptor_origin {
    ORIGIN_OPENED,    /* by the program; `stack` is that of the call, if calls are watched */
    ORIGIN_INHERITED, /* it was open when the process, or its present program, began; `stack` may be that of its parent's call */
    ORIGIN_UNKNOWN,   /* calls are watched, and none of those opened it */
};
struct open_descriptor {
    int number;
    enum open_descriptor_kind kind;
    char *name;              /* path, "TCP:[127.0.0.1:80]", "pipe:[4711]", "anon_inode:[eventpoll]" */
    bool readable, writable; /* how it was opened */
    enum open_descriptor_origin origin;
    struct call_stack stack; /* no frames: not known */
};

struct syscall_count { /* of system calls that were stopped at */
    const char *name;  /* static */
    uint64_t calls, errors, time_ns;
};

/* Where the memory of glibc's allocator is. Bytes, the headers of blocks included. */
struct heap_usage {
    bool known;
    uint64_t arenas;
    uint64_t system;       /* what arenas have taken from the system: live + cached + binned + top, and the allocator's own */
    uint64_t live;         /* blocks of the program in arenas */
    uint64_t cached;       /* free, kept for threads (tcache) or in fast bins */
    uint64_t binned, top;  /* free, in the other bins and in top chunks */
    uint64_t mapped;       /* blocks with mappings of their own */
    bool returnable_known; /* the kernel has told which pages are resident */
    uint64_t returnable;   /* whole resident pages of free memory: malloc_trim(3) gives them back */
};

/* The same for one arena. */
struct arena_usage {
    uint64_t address;
    bool main;
    bool left_out; /* it was being changed: nothing else is known of it */
    uint64_t system, live_blocks, live, cached, binned, top;
    /* In resident pages; all 0 if the kernel has not told of them. `resident_free` is what lies in bins and at the top. */
    uint64_t resident_live, resident_cached, resident_free, resident_allocator, returnable;
    uint64_t pin_address; /* of the block below the top, which keeps all below it from going back by itself; 0: there is none */
    uint64_t pin_size, pin_distance; /* usable bytes; bytes between its end and the top */
};
struct heap_arena {
    struct arena_usage usage;
    struct call_stack pin_stack; /* where that block was taken; no frames: not known */
    char *pin_content;           /* what it is, of a group in place of a call site; as in struct heap_site; or NULL */
};

struct process_record {
    pid_t pid, ppid;
    char *executable;              /* absolute path */
    char **command;                /* NULL-terminated */
    uint64_t started_ns, ended_ns; /* since the session began */
    enum process_end end;
    int status, signal;
    bool oom_killed, core_dumped;
    struct oom_death oom_death; /* of who was killed so */
    enum coverage coverage;
    char **reasons; /* why coverage is not full, and what else the reader must know; reason_count */
    size_t reason_count;
    bool followed;       /* it was running before, and the shim was loaded: blocks without a call site are from before */
    bool no_history;     /* it was running before: of the next line only what is live is known */
    uint64_t stopped_ns; /* no_history: for how long it was stopped to be looked at */
    uint64_t allocations, frees, allocated_bytes, live_blocks, live_bytes, peak_bytes, peak_at_ns;
    uint64_t ledger_bytes; /* what the ledger itself had mapped */
    bool ledger_damaged;   /* by the program: what could not be trusted was left out, and that there is no leak is not known */
    bool blocks_unknown;   /* nothing is known of blocks, though of other memory it is: live_blocks and the like say nothing */
    struct heap_usage usage;
    struct heap_arena *arenas;
    size_t arena_count;
    struct memory_usage memory;
    struct cold_record cold;
    struct module *modules;
    size_t module_count;
    struct memory_fault *faults;
    size_t fault_count, faults_dropped;
    struct made_failures failures;
    struct live_mapping *mappings;
    size_t mapping_count;
    bool descriptors_listed, descriptors_tracked; /* what is open is known; and where it was opened */
    struct open_descriptor *descriptors;          /* by number */
    size_t descriptor_count;
    struct lock_record locks;
    struct realtime_record realtime;
    struct threshold_record thresholds;
    struct limits_history limits;
    struct refused_calls refused; /* calls for memory */
    struct syscall_count *syscalls;
    size_t syscall_count;
    char *suppressions; /* text of __lsan_default_suppressions(), or NULL */
};

/* A stack with frames of its own, which the caller frees. */
struct call_stack call_stack_copy(const uint64_t *frames, size_t frame_count, uint32_t generation);

/* The reason that says no more than that a program ended early: one that says why may stand in its place. */
#define PROCESS_REASON_SHIM_NOT_STARTED "the shim had not started yet: no heap was seen"

/* Adds a formatted reason; equal texts only once. */
void process_record_reason(struct process_record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Releases what is said of arenas: there are none then. */
void process_record_clear_arenas(struct process_record *record);
/* Releases what is said of descriptors: they are not listed then. */
void process_record_clear_descriptors(struct process_record *record);
/* Releases all that the record owns, not the struct itself. */
void process_record_finish(struct process_record *record);

#endif
