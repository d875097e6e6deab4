/* SPDX-License-Identifier: MIT
 *
 * One call of execve or execveat: from its entry, where the environment of the new program is prepared for the shim, to its success
 * or failure. A failed one leaves no trace in the tracee. */
#ifndef LEAKWATCH_TRACER_CALLS_EXEC_ATTEMPT_H
#define LEAKWATCH_TRACER_CALLS_EXEC_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct thread;

struct exec_attempt {
    bool preload;   /* the shim will be loaded */
    bool will_fail; /* there is no such file */
    char **reasons; /* what the reader of the new image's report must know; reason_count */
    size_t reason_count;
    /* What failure puts back: the pointer to the environment, and what our strings overwrote below the stack. */
    bool changed;
    uint64_t original_environment;
    uint64_t saved_address;
    void *saved;
    size_t saved_size;
};

/* The thread stands at the entry of execve or execveat with thread->call_arguments. Never NULL. */
struct exec_attempt *exec_attempt_begin(struct session *session, struct thread *thread);
/* The thread stands at the exit of its failed call. */
void exec_attempt_undo(struct session *session, struct thread *thread);
/* Takes NULL. */
void exec_attempt_destroy(struct exec_attempt *attempt);

#endif
