/* SPDX-License-Identifier: MIT
 *
 * What is done to system calls on purpose: errors and results made up, signals, delays, memory overwritten. Nobody sleeps: a
 * delayed thread is held at its stop until its time has come. */
#ifndef LEAKWATCH_TRACER_CALLS_CALL_TAMPERING_H
#define LEAKWATCH_TRACER_CALLS_CALL_TAMPERING_H

#include <stdbool.h>
#include <stdint.h>

struct call_tampering;
struct session;
struct system_call;
struct thread;

/* The thread stands at the entry, or at the exit, of thread->traced. Returns the signal that it is to go on with, 0 for none. After
 * this, call_tampering_resume() lets it go on. */
int call_tampering_enter(struct session *session, struct thread *thread);
/* Whether the call that the thread is in has something to be done at its exit. */
bool call_tampering_is_pending(const struct thread *thread);
/* Whether the call that the thread is in will not be made. */
bool call_tampering_replaces(const struct thread *thread);
/* The call will not return to us: nothing is done at its exit. */
void call_tampering_forget(struct thread *thread);
/* Sets the result of the call to what the thread will see. */
int call_tampering_leave(struct session *session, struct thread *thread);

/* Lets the thread go on with this signal, at once or after its delay. */
void call_tampering_resume(struct session *session, struct thread *thread, int signal);
/* When the first delay is over, on the monotonic clock; and lets all go on whose time has come. */
uint64_t call_tampering_deadline(const struct session *session);
void call_tampering_release(struct session *session, uint64_t now);

/* Takes NULL. */
void call_tampering_destroy(struct call_tampering *tampering);

#endif
