/* SPDX-License-Identifier: MIT
 * A child that is stopped while it sleeps, and goes on: the rest of its sleep is another call. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

#include "trace_program.h"

/* Returns when the child sleeps in a call. How often that has to be looked up is chance. */
static void wait_until_asleep(int file)
{
    char text[256], *end;

    do {
        text[pread(file, text, sizeof text - 1, 0)] = '\0';
        end = strrchr(text, ')');
    } while (end[2] != 'S');
}

int main(void)
{
    const struct timespec long_time = {1000, 0};
    char path[32];
    int status;

    hold_child_signals();
    const pid_t child = fork();
    if (child == 0) {
        CALL(nanosleep, &long_time, NULL);
        _exit(1);
    }
    snprintf(path, sizeof path, "/proc/%d/stat", child);
    const int file = open(path, O_RDONLY);
    wait_until_asleep(file);
    CALL(kill, child, SIGSTOP);
    CALL(wait4, child, &status, WUNTRACED, NULL);
    CALL(kill, child, SIGCONT);
    CALL(wait4, child, &status, WCONTINUED, NULL);
    wait_until_asleep(file);
    CALL(kill, child, SIGKILL);
    CALL(wait4, child, &status, 0, NULL);
    return 0;
}
