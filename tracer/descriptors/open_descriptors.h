/* SPDX-License-Identifier: MIT
 *
 * What a process has open, as the kernel tells it, together with what was seen of where it was opened. */
#ifndef LEAKWATCH_TRACER_DESCRIPTORS_OPEN_DESCRIPTORS_H
#define LEAKWATCH_TRACER_DESCRIPTORS_OPEN_DESCRIPTORS_H

struct process;
struct session;

/* Lists them in the record of a process that stands still or ends. */
void open_descriptors_record(const struct session *session, struct process *process);

#endif
