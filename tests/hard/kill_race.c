/* SPDX-License-Identifier: MIT
 *
 * Children that fork, allocate and run threads are killed at moments that chance decides: each end is seen, none hangs.
 *
 * cases: P15 P16
 * ways: run trace look */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "hard.h"

static void *allocate(void *unused)
{
    for (;;)
        free(malloc(100));
    return NULL;
}

static void be_busy(int kind)
{
    pthread_t thread;

    for (int i = 0; i < kind % 3; i++)
        pthread_create(&thread, NULL, allocate, NULL);
    for (;;) {
        if (kind & 1)
            getppid();
        else
            free(malloc(1000));
    }
}

int main(int argc, char *argv[])
{
    int status;

    hard_begin(argc, argv);
    for (int i = 0; i < 60; i++) {
        pid_t pid = fork();
        if (pid == 0)
            be_busy(i);
        for (volatile int work = 0; work < i * 2000; work++)
            ;
        kill(pid, SIGKILL);
        REQUIRE(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "status %#x", status);
    }
    return hard_ok();
}
