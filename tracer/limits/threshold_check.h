/* SPDX-License-Identifier: MIT
 *
 * Whether a process has more of something than the user allows: looked at with every sample, and once more at its end. */
#ifndef LEAKWATCH_TRACER_LIMITS_THRESHOLD_CHECK_H
#define LEAKWATCH_TRACER_LIMITS_THRESHOLD_CHECK_H

struct process;
struct session;
struct threshold_crossing;

/* Compares what the process had when its last sample was taken, and its peaks where somebody counts them, with
 * session->settings->thresholds. Each crossing is told at once (session_events.threshold_crossed) and kept in the record. Nothing
 * need stand still. */
void threshold_check(struct session *session, struct process *process);

/* Fills the sites of a crossing: who had taken what is live. Without a ledger nobody knows. */
void threshold_check_add_sites(const struct session *session, struct process *process, struct threshold_crossing *crossing);

#endif
