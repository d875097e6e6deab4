/* SPDX-License-Identifier: MIT
 *
 * One call of execve or execveat: from its entry, where the environment is prepared for the shim, to its success or failure. */
#ifndef LEAKWATCH_TRACER_EXEC_ATTEMPT_H
#define LEAKWATCH_TRACER_EXEC_ATTEMPT_H

struct exec_attempt;

/* Takes NULL. */
void exec_attempt_destroy(struct exec_attempt *attempt);

#endif
