/* SPDX-License-Identifier: MIT
 *
 * Hands each event of a session to two logs, always to the same one first: what is decoded, and which calls are wanted, is decided
 * by that. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_TEE_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_TEE_H

#include "tracer/trace_settings.h"

struct trace_tee {
    struct trace_events logs[2];
};

/* The functions that hand on to tee->logs, of which any but the first one's required ones may be NULL. */
struct trace_events trace_tee_events(struct trace_tee *tee);

#endif
