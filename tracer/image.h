/* SPDX-License-Identifier: MIT
 *
 * The program that a process runs: known from /proc after each exec, copied at fork. */
#ifndef LEAKWATCH_TRACER_IMAGE_H
#define LEAKWATCH_TRACER_IMAGE_H

#include "process_table.h"

struct session;
struct exec_attempt;

/* Begins the record of the image that the process runs now. */
void image_read(struct session *session, struct process *process);
/* The process was made by `maker` and runs the same. */
void image_copy(struct session *session, struct process *process, const struct process *maker);
/* The process has executed another program: ends the record of the old image and begins a new one, in a new address space.
 * `attempt` (may be NULL) says how the new image was prepared. */
void image_replace(struct session *session, struct process *process, const struct exec_attempt *attempt);

#endif
