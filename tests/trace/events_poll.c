/* SPDX-License-Identifier: MIT
 * poll, ppoll, select, pselect6. */
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <time.h>

#include "trace_program.h"

static void polls(const int ends[2])
{
    const unsigned long mask = 1UL << (SIGUSR1 - 1) | 1UL << (SIGTERM - 1);
    struct timespec time = {5, 6}, zero = {0, 0}, wrong = {-1, 5};
    struct pollfd set[40] = {
        {ends[0], POLLIN, 0}, {ends[1], POLLOUT | POLLERR, 0}, {-1, POLLIN, 0}, {99, POLLIN | POLLPRI | POLLRDHUP, 0}};

    CALL(poll, set, 1, 0);
    CALL(poll, set, 4, -1);
    CALL(poll, set, 2, 1000);
    CALL(poll, NULL, 0, 0);
    CALL(poll, NOWHERE, 1, 0);
    CALL(poll, at_the_edge(set, sizeof set), -1, 0);
    CALL(poll, at_the_edge(set, 2 * sizeof *set), 3, 0);
    CALL(ppoll, set, 2, &time, &mask, sizeof mask);
    CALL(ppoll, set, 1, &zero, NULL, 8);
    CALL(ppoll, set, 2, NULL, &mask, sizeof mask);
    CALL(ppoll, set, 2, &wrong, NULL, 0);
    CALL(ppoll, set, 2, NOWHERE, &mask, 3);
    for (int i = 0; i < 40; i++)
        set[i] = (struct pollfd){ends[1], (short)(1 << i % 16), 0};
    CALL(poll, set, 40, 0);
}

static void selects(const int ends[2])
{
    struct {
        const unsigned long *set;
        size_t size;
    } mask = {&(unsigned long){1UL << (SIGINT - 1)}, 8};
    struct timeval time = {0, 0};
    struct timespec precise = {0, 0};
    fd_set in, out, except;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&except);
    FD_SET(ends[0], &in);
    FD_SET(ends[1], &out);
    FD_SET(ends[0], &except);
    CALL(select, ends[1] + 1, &in, &out, &except, &time);
    CALL(select, 0, NULL, NULL, NULL, &time);
    FD_SET(ends[0], &in);
    CALL(select, ends[1] + 1, &in, NULL, NULL, &time);
    time.tv_sec = 8;
    CALL(select, ends[1] + 1, NULL, &out, NULL, &time);
    CALL(select, -1, NULL, &out, NULL, NULL);
    CALL(select, ends[1] + 1, NOWHERE, &out, NULL, NULL);
    FD_SET(77, &in);
    CALL(select, 100, &in, &out, NULL, NULL);
    time = (struct timeval){-1, 0};
    CALL(select, 5, NULL, NULL, NULL, &time);
    FD_CLR(77, &in);
    FD_SET(ends[1], &out);
    CALL(pselect6, ends[1] + 1, &in, &out, NULL, &precise, &mask);
    CALL(pselect6, ends[1] + 1, NULL, &out, NULL, NULL, NULL);
    mask.size = 5;
    CALL(pselect6, ends[1] + 1, NULL, &out, NULL, NULL, &mask);
    CALL(pselect6, ends[1] + 1, NULL, &out, NULL, NOWHERE, NOWHERE);
    FD_ZERO(&in);
    CALL(pselect6, 0, &in, NULL, NULL, &precise, NULL);
}

int main(void)
{
    int ends[2];

    CALL(pipe, ends);
    polls(ends);
    selects(ends);
    return 0;
}
