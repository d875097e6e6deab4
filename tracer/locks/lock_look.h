/* SPDX-License-Identifier: MIT
 *
 * One look at the locked memory of a process: the replay, the kernel and the ledger are asked, and what they say goes into its
 * record. */
#ifndef LEAKWATCH_TRACER_LOCKS_LOCK_LOOK_H
#define LEAKWATCH_TRACER_LOCKS_LOCK_LOOK_H

#include <stdbool.h>

struct ledger_contents;
struct process;
struct session;

/* Fills record->locks anew. `contents`: of its ledger, NULL if there is none. The process stands still. */
void lock_look_record(struct session *session, struct process *process, const struct ledger_contents *contents);
/* The same where the process is gone: what its calls make of it is all that is known. */
void lock_look_record_gone(struct session *session, struct process *process);

#endif
