/* SPDX-License-Identifier: MIT
 *
 * A child with busy threads is stopped: all of them stand still until it goes on.
 *
 * cases: P03 P04
 * ways: run trace */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "hard.h"

enum { THREADS = 4 };
static atomic_ulong *counters; /* shared with the child */

static void *count(void *counter)
{
    for (;;)
        atomic_fetch_add((atomic_ulong *)counter, 1);
    return NULL;
}

static void be_busy(void)
{
    pthread_t thread;

    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread, NULL, count, &counters[i]);
    for (;;)
        pause();
}

static void wait_for_progress(void)
{
    for (int i = 0; i < THREADS; i++)
        for (unsigned long before = atomic_load(&counters[i]); atomic_load(&counters[i]) == before;)
            sched_yield();
}

int main(void)
{
    unsigned long before[THREADS];
    int status;

    counters = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0)
        be_busy();
    wait_for_progress();
    kill(child, SIGSTOP);
    REQUIRE(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status), "status %#x", status);
    for (int i = 0; i < THREADS; i++)
        before[i] = atomic_load(&counters[i]);
    usleep(20000);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(atomic_load(&counters[i]) == before[i], "thread %d runs on", i);
    kill(child, SIGCONT);
    wait_for_progress();
    kill(child, SIGKILL);
    REQUIRE(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "status %#x", status);
    return hard_ok();
}
