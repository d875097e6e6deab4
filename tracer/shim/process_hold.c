/* SPDX-License-Identifier: MIT */
#include "process_hold.h"

#include <errno.h>

#include "base/xalloc.h"
#include "tracer/freeze.h"
#include "tracer/supervisor.h"

enum { TRIES_IN_A_ROW = 32 };
static const uint64_t patience_ns = 5000000000, moment_ns = 200000, pause_ns = 20000000;
/* After so many tries moments get twice as long, and how often. */
enum { TRIES_A_DOUBLING = 4, DOUBLINGS_MAX = 6 };

struct hold_patience hold_patience_begin(void)
{
    const uint64_t now = monotonic_ns();

    return (struct hold_patience){.end_ns = now + patience_ns};
}

uint64_t hold_moment_ns(unsigned tries)
{
    const unsigned doublings = tries / TRIES_A_DOUBLING;

    return moment_ns << (doublings < DOUBLINGS_MAX ? doublings : DOUBLINGS_MAX);
}

static bool is_there(const struct session *session, pid_t pid, const struct process *process)
{
    return process_table_process(&session->table, pid) == process && !process->judged;
}

static char *name_running_thread(const struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->state == THREAD_RUNNING)
            return xasprintf("thread %d cannot be stopped: it sleeps in the kernel where no signal reaches it, or is frozen",
                             (int)thread->tid);
    return xstrdup("it cannot be stopped");
}

int process_hold(struct session *session, struct process *process, char **problem)
{
    const pid_t pid = process->pid;
    const uint64_t deadline = monotonic_ns() + patience_ns;

    freeze_begin(session, process, FREEZE_HOLD);
    while (!freeze_is_complete(process)) {
        if (monotonic_ns() >= deadline) {
            *problem = name_running_thread(process);
            return -ETIMEDOUT;
        }
        if (!session_step(session, deadline) || !is_there(session, pid, process))
            return -ESRCH;
    }
    return process->freeze_causes & FREEZE_HOLD ? 0 : -ESRCH;
}

static int run_for(struct session *session, const struct process *process, pid_t pid, uint64_t time_ns)
{
    const uint64_t until = monotonic_ns() + time_ns;

    while (monotonic_ns() < until)
        if (!session_step(session, until) || !is_there(session, pid, process))
            return -ESRCH;
    return 0;
}

int process_hold_again(struct session *session, struct process *process, struct hold_patience *patience, char **problem)
{
    const uint64_t now = monotonic_ns();

    if (now >= patience->end_ns)
        return -ETIMEDOUT;
    /* Now and then all run for a while: the program must get on with its work, and those that do not stand well may wait for
     * others. */
    const bool all = patience->tries++ % TRIES_IN_A_ROW == TRIES_IN_A_ROW - 1;
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        thread->stands_well &= !all;
    freeze_end(session, process);
    int error = run_for(session, process, process->pid, all ? pause_ns : hold_moment_ns(patience->tries));
    return error ? error : process_hold(session, process, problem);
}
