/* SPDX-License-Identifier: MIT
 * Measures what leakwatch itself takes. The programs that it watches do not count. */
#ifndef LEAKWATCH_PROGRAM_USAGE_WATCH_H
#define LEAKWATCH_PROGRAM_USAGE_WATCH_H

#include <sys/types.h>

#include "records/own_usage.h"

struct usage_watch {
    uint64_t phase_ns[USAGE_PHASES];
};

/* The beginning of something that is counted with a phase: to be handed to usage_watch_add() at its end. */
uint64_t usage_watch_now(void);
void usage_watch_add(struct usage_watch *watch, enum usage_phase phase, uint64_t begun_ns);

/* What was taken up to now: VmHWM of proc_pid_status(5), whose counting begins anew at execve(2), as ru_maxrss of getrusage(2) does
 * not; times of getrusage(2). `symbol_reader` is the process that reads symbols, 0: none; of that clock_getcpuclockid(3). */
struct own_usage usage_watch_measure(const struct usage_watch *watch, pid_t symbol_reader);

#endif
