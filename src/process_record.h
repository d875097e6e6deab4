/* SPDX-License-Identifier: MIT
 *
 * What became of one process image: facts as the tracer saw them, with addresses, not names. The report builder turns records into
 * the report model. */
#ifndef LEAKWATCH_PROCESS_RECORD_H
#define LEAKWATCH_PROCESS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "call_stack.h"
#include "lock_record.h"

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
    bool returnable_known; /* the kernel has told which pages hold data */
    uint64_t returnable;   /* whole pages of free memory that hold data: malloc_trim(3) gives them back */
};

struct process_record {
    pid_t pid, ppid;
    char *executable;              /* absolute path */
    char **command;                /* NULL-terminated */
    uint64_t started_ns, ended_ns; /* since the session began */
    enum process_end end;
    int status, signal;
    bool oom_killed, core_dumped;
    enum coverage coverage;
    char **reasons; /* why coverage is not full, and what else the reader must know; reason_count */
    size_t reason_count;
    bool no_history;     /* it was running before: of the next line only what is live is known */
    uint64_t stopped_ns; /* no_history: for how long it was stopped to be looked at */
    uint64_t allocations, frees, allocated_bytes, live_blocks, live_bytes, peak_bytes, peak_at_ns;
    uint64_t ledger_bytes; /* what the ledger itself had mapped */
    struct heap_usage usage;
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
    struct syscall_count *syscalls;
    size_t syscall_count;
    char *suppressions; /* text of __lsan_default_suppressions(), or NULL */
};

/* Adds a formatted reason; equal texts only once. */
void process_record_reason(struct process_record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Releases what is said of descriptors: they are not listed then. */
void process_record_clear_descriptors(struct process_record *record);
/* Releases all that the record owns, not the struct itself. */
void process_record_finish(struct process_record *record);

#endif
