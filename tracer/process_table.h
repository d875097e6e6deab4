/* SPDX-License-Identifier: MIT
 *
 * The processes and threads of a session. Values only: what is done with them is decided elsewhere. */
#ifndef LEAKWATCH_TRACER_PROCESS_TABLE_H
#define LEAKWATCH_TRACER_PROCESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "abi/descriptor_calls.h"
#include "abi/supervised_calls.h"
#include "records/process_record.h"
#include "tracer/limits/raised_limits.h"

struct address_space;
struct borrowed_thread;
struct exec_attempt;
struct strict_mode;
struct call_tampering;
struct descriptor_table;
struct realtime_thread_watch;
struct realtime_watch;
struct system_call;
struct watched;

enum tracee_state {
    THREAD_RUNNING,  /* or about to: its next stop will be reported */
    THREAD_HELD,     /* stopped; held_request and held_signal let it go on */
    THREAD_DETACHED, /* let go for good; about to be forgotten */
    THREAD_EXITING,  /* past its PTRACE_EVENT_EXIT: it runs no more code of the program */
};

struct thread {
    pid_t tid;
    enum tracee_state state;
    struct process *process; /* NULL: a new task whose maker has not been heard of yet */
    struct thread *next;     /* of the process */
    struct thread *next_in_bucket;
    int held_request, held_signal;
    enum supervised_call call; /* in which it is, CALL_NONE if none */
    uint64_t call_arguments[6];
    uint64_t call_started_ns;
    bool unmapped_early;                    /* what that munmap does was seen before its exit: another thread has the memory */
    struct exec_attempt *exec;              /* while inside execve or execveat */
    struct strict_mode *strict;             /* while its request for seccomp's strict mode is carried out */
    bool at_exit_group;                     /* stopped at the entry of exit_group */
    bool at_exit;                           /* stopped at PTRACE_EVENT_EXIT */
    bool asks_check;                        /* stopped at a request for a leak check, to be answered */
    unsigned looked_at;                     /* while it has no process: how often it was found so */
    uint64_t call_number;                   /* with call_arguments; kept with --track-fds only */
    struct descriptor_opening opens;        /* what that call may open */
    bool unshares;                          /* that call parts with the descriptors of others */
    struct descriptor_table *descriptors;   /* what was seen of them; NULL: they are not tracked */
    struct realtime_thread_watch *realtime; /* NULL: real time is not audited */
    struct system_call *traced;             /* its call, with a log of system calls */
    bool stops_at_exit;                     /* of that call, which the log or the tampering waits for */
    struct call_tampering *tampering;       /* what is done to its calls on purpose; NULL: nothing yet */
    uint64_t system_ns;        /* with such a log and if asked for: the kernel's work for the process until it stopped here */
    uint64_t delayed_until_ns; /* monotonic; 0: it is not delayed */
    bool at_event_stop;        /* its last stop was none of a call, a signal or an event of the program */
    bool stands_well;          /* it cannot be in the middle of an allocation: it waits where it is for the next look */
    struct borrowed_thread *borrowed; /* by whom it is told what to do; NULL: by the program */
    bool limit_answered;              /* its call that tells or sets a limit was done by us */
    uint64_t fault_address;           /* of its last SIGSEGV, if nothing is mapped there; 0: there was none */
    bool in_vfork;                    /* waits for its child; vfork_registers are those it will go on with */
    struct user_regs_struct vfork_registers;
};

/* Why a process is being brought to a standstill; several at once are possible. */
enum freeze_cause {
    FREEZE_EXIT = 1,     /* a thread called exit_group, or the last one ended */
    FREEZE_DEATH = 2,    /* it dies in another way */
    FREEZE_EXEC = 4,     /* a thread called execve */
    FREEZE_CHECK = 8,    /* the program asked for a leak check */
    FREEZE_REQUEST = 16, /* the user did */
    FREEZE_KILL = 32,    /* a last look before the supervisor ends it */
    FREEZE_HOLD = 64,    /* somebody holds it, and will let it run on with freeze_end() */
};

struct process {
    pid_t pid;
    struct process *next;
    struct thread *threads;
    struct address_space *space;
    struct process_record record;
    void *attachment;       /* of session_events */
    size_t image_reasons;   /* how many of the record's reasons are those of the image; later ones are of the last look */
    bool is_program;        /* false: the copy of the supervisor before the first exec, of which nobody is told */
    bool judged;            /* the final look at its heap was taken */
    bool wants_final_check; /* the program asked for its last leak check itself */
    bool final_check_done;  /* and got it */
    bool killed_by_us;
    bool injects;            /* what its program does is subject to --inject from now on */
    bool has_run, lets_go;   /* it has executed a program since the start; it is to be let go (detach_on_exec) */
    bool changed_program;    /* it, or one that it descends from, has executed another program than the first */
    bool attached;           /* it was there before the session and is left running, as are those that it made */
    struct watched *watched; /* all samples; NULL: none was taken */
    struct raised_limits raised;
    struct realtime_watch *realtime; /* NULL: real time is not audited */
    unsigned freeze_causes;
    uint64_t freeze_deadline_ns; /* renewed by each thread that stops */
    uint64_t freeze_patience_ns;
    uint64_t call_counts[SUPERVISED_CALLS], call_errors[SUPERVISED_CALLS], call_time_ns[SUPERVISED_CALLS];
};

#define THREAD_BUCKETS 4096

struct process_table {
    struct process *processes;
    size_t process_count, thread_count;
    size_t unclaimed; /* threads without a process */
    struct thread *buckets[THREAD_BUCKETS];
};

/* Returns NULL if there is none. */
struct thread *process_table_thread(const struct process_table *table, pid_t tid);
struct process *process_table_process(const struct process_table *table, pid_t pid);

/* Adds a thread; `process` may be NULL. Never NULL. */
struct thread *process_table_add_thread(struct process_table *table, pid_t tid, struct process *process);
/* Gives an unclaimed thread its process. */
void process_table_claim_thread(struct process_table *table, struct thread *thread, struct process *process);
void process_table_remove_thread(struct process_table *table, struct thread *thread);
/* After an exec by another thread than the leader: `thread` goes on as the leader. */
void process_table_rename_thread(struct process_table *table, struct thread *thread, pid_t tid);

/* `space` is taken over; the record is empty but for the ids. Never NULL. */
struct process *process_table_add_process(struct process_table *table, pid_t pid, struct address_space *space);
/* Removes it with all its threads. */
void process_table_remove_process(struct process_table *table, struct process *process);
void process_table_finish(struct process_table *table);

/* A thread of the process whose memory can be read, or NULL. */
struct thread *process_living_thread(const struct process *process);
/* Whether its memory belongs to another process (vfork, CLONE_VM). */
bool process_borrows_memory(const struct process *process);

#endif
