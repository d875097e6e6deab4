/* SPDX-License-Identifier: MIT
 *
 * The area for restartable sequences that the C library registered for each thread says on which processor it runs, stop or no
 * stop.
 *
 * cases: P38
 * ways: run trace look follow */
#include <sched.h>
#include <sys/rseq.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    if (__rseq_size == 0)
        return hard_ok(); /* this kernel or this C library has none */
    const struct rseq *area = (const struct rseq *)((const char *)__builtin_thread_pointer() + __rseq_offset);
    for (int i = 0; i < 1000; i++) {
        free(malloc(100));
        REQUIRE((int)area->cpu_id >= 0 && (int)area->cpu_id < sysconf(_SC_NPROCESSORS_CONF), "processor %d", (int)area->cpu_id);
        REQUIRE(area->rseq_cs == 0, "a sequence is open");
    }
    return hard_ok();
}
