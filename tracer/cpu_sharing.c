/* SPDX-License-Identifier: MIT */
#include "cpu_sharing.h"

#include <sys/syscall.h>

#include "abi/syscall_table.h"

/* About a second of nothing but system calls. */
enum { STOPS_TOGETHER = 1 << 16 };

void cpu_sharing_part(struct cpu_sharing *sharing)
{
    cpu_set_t now;

    if (sharing->guest == 0)
        return;
    /* Somebody else may have given it another affinity meanwhile; that stays. */
    if (sched_getaffinity(sharing->guest, sizeof now, &now) == 0 && CPU_EQUAL(&now, &sharing->shared))
        sched_setaffinity(sharing->guest, sizeof sharing->guests, &sharing->guests);
    sched_setaffinity(0, sizeof sharing->own, &sharing->own);
    sharing->guest = 0;
}

static void come_together(struct cpu_sharing *sharing, pid_t tid)
{
    const int cpu = sched_getcpu();

    if (sched_getaffinity(0, sizeof sharing->own, &sharing->own) != 0 ||
        sched_getaffinity(tid, sizeof sharing->guests, &sharing->guests) != 0 || cpu < 0 || !CPU_ISSET(cpu, &sharing->guests))
        return;
    CPU_ZERO(&sharing->shared);
    CPU_SET(cpu, &sharing->shared);
    if (sched_setaffinity(tid, sizeof sharing->shared, &sharing->shared) != 0)
        return;
    sched_setaffinity(0, sizeof sharing->shared, &sharing->shared);
    sharing->guest = tid;
    sharing->stops = 0;
}

void cpu_sharing_join(struct cpu_sharing *sharing, pid_t tid)
{
    if (!sharing->enabled)
        return;
    if (sharing->guest == tid && ++sharing->stops < STOPS_TOGETHER)
        return;
    if (sharing->guest != 0)
        cpu_sharing_part(sharing);
    else
        come_together(sharing, tid);
}

void cpu_sharing_before_call(struct cpu_sharing *sharing, uint64_t number, uint32_t effects)
{
    if (sharing->guest != 0 && ((effects & EFFECT_FORKS) || number == SYS_sched_getaffinity || number == SYS_sched_setaffinity))
        cpu_sharing_part(sharing);
}
