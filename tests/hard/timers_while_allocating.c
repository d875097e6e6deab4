/* SPDX-License-Identifier: MIT
 *
 * A timer strikes each two milliseconds while the program allocates: all strikes come, and no block is damaged.
 *
 * cases: P39 S04
 * ways: run trace look follow */
#include <signal.h>
#include <sys/time.h>

#include "hard.h"

static volatile int strikes;

static void on_alarm(int number)
{
    strikes++;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval every = {.it_interval = {.tv_usec = 2000}, .it_value = {.tv_usec = 2000}};
    unsigned char *blocks[64] = {NULL};

    hard_begin(argc, argv);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    for (unsigned i = 0; strikes < 20; i++) {
        unsigned char **block = &blocks[i % 64];
        if (*block)
            REQUIRE(**block == i % 64, "a block is damaged");
        free(*block);
        *block = malloc(16 + i % 1000);
        **block = i % 64;
    }
    for (int i = 0; i < 64; i++)
        free(blocks[i]);
    return hard_ok();
}
