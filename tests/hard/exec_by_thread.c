/* SPDX-License-Identifier: MIT
 *
 * A thread that is not the first replaces the program while others sleep and run: the process keeps its id, and the new program
 * runs.
 *
 * cases: P05 P18 P56
 * ways: run trace look follow
 * report: [.processes[] | select(.end.how == "exec")] | length == 1 */
#include <pthread.h>

#include "hard.h"

static char *program;

static void *sleep_or_spin(void *spin)
{
    while (spin)
        sched_yield();
    for (;;)
        pause();
    return NULL;
}

static void *execute(void *unused)
{
    char pid[20];

    snprintf(pid, sizeof pid, "%d", getpid());
    execl("/proc/self/exe", program, "again", pid, NULL);
    _exit(98);
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    if (argc == 3 && strcmp(argv[1], "again") == 0) {
        REQUIRE(atoi(argv[2]) == getpid(), "another process id");
        return hard_ok();
    }
    hard_begin(argc, argv);
    program = argv[0];
    pthread_create(&thread, NULL, sleep_or_spin, NULL);
    pthread_create(&thread, NULL, sleep_or_spin, program);
    pthread_create(&thread, NULL, execute, NULL);
    pthread_join(thread, NULL);
    return 97;
}
