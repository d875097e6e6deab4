/* SPDX-License-Identifier: MIT
 *
 * Whoever traces the program is stopped. A thread that makes another stands still, as it is to be seen by the tracer; the rest goes
 * on; once the tracer is let go on, so does all, and what was lost meanwhile is reported.
 *
 * cases: V17
 * ways: run follow
 * report: .summary.definite == {"blocks": 2, "bytes": 77} and .processes[0].coverage.heap == "full" */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>

#include "hard.h"

static _Atomic pid_t maker;
static atomic_bool may_make, is_made;

static void read_text(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY);
    ssize_t length = file >= 0 ? read(file, text, size - 1) : -1;

    REQUIRE(length >= 0, "%s cannot be read", path);
    text[length] = '\0';
    close(file);
}

/* 0 without one. */
static pid_t tracer(void)
{
    char status[4096];

    read_text("/proc/self/status", status, sizeof status);
    return atoi(strstr(status, "TracerPid:") + strlen("TracerPid:"));
}

/* Waits until the task is in this state of proc(5). */
static void await_state(pid_t task, char wanted)
{
    char path[64], text[512];

    snprintf(path, sizeof path, "/proc/%d/stat", task);
    do {
        sched_yield();
        read_text(path, text, sizeof text);
    } while (strrchr(text, ')')[2] != wanted);
}

static void *in_made_thread(void *unused)
{
    hard_lose(44);
    return NULL;
}

static void *make_thread(void *unused)
{
    pthread_t thread;

    atomic_store(&maker, gettid());
    while (!atomic_load(&may_make))
        sched_yield();
    REQUIRE(pthread_create(&thread, NULL, in_made_thread, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    atomic_store(&is_made, true);
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    hard_begin(argc, argv);
    const pid_t watching = tracer();
    REQUIRE(pthread_create(&thread, NULL, make_thread, NULL) == 0, "no thread");
    while (atomic_load(&maker) == 0)
        sched_yield();
    if (watching != 0) {
        kill(watching, SIGSTOP);
        await_state(watching, 'T');
    }
    atomic_store(&may_make, true);
    if (watching != 0) {
        await_state(atomic_load(&maker), 't');
        hard_lose(33);
        REQUIRE(!atomic_load(&is_made), "the tracer did not stop");
        kill(watching, SIGCONT);
    } else {
        hard_lose(33);
    }
    pthread_join(thread, NULL);
    return hard_ok();
}
