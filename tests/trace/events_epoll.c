/* SPDX-License-Identifier: MIT
 * All calls of epoll. */
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <time.h>

#include "trace_program.h"

int main(void)
{
    const unsigned long mask = 1UL << (SIGUSR1 - 1);
    struct epoll_event event = {EPOLLIN | EPOLLET, {.u64 = 0x1122334455667788}}, found[40];
    struct timespec zero = {0, 0}, wrong = {0, -1};
    const int fd = (int)CALL(epoll_create1, EPOLL_CLOEXEC);
    int ends[2];

    CALL(pipe, ends);
    CALL(epoll_create, 1);
    CALL(epoll_create, -1);
    CALL(epoll_create1, 0x1234);
    CALL(epoll_ctl, fd, EPOLL_CTL_ADD, ends[0], &event);
    event = (struct epoll_event){EPOLLOUT | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP, {.fd = 5}};
    CALL(epoll_ctl, fd, EPOLL_CTL_ADD, ends[1], &event);
    event = (struct epoll_event){EPOLLOUT, {.fd = 5}};
    CALL(epoll_ctl, fd, EPOLL_CTL_ADD, ends[1], &event);
    CALL(epoll_wait, fd, found, 40, 0);
    event.events = EPOLLRDHUP | EPOLLPRI | EPOLLHUP | EPOLLMSG | 0x400000;
    CALL(epoll_ctl, fd, EPOLL_CTL_MOD, ends[1], &event);
    CALL(epoll_wait, fd, found, 40, 0);
    event.events = 0;
    CALL(epoll_ctl, fd, EPOLL_CTL_MOD, ends[0], &event);
    CALL(epoll_ctl, fd, EPOLL_CTL_DEL, ends[0], NULL);
    CALL(epoll_ctl, fd, EPOLL_CTL_DEL, ends[0], &event);
    CALL(epoll_ctl, fd, EPOLL_CTL_ADD, ends[0], NULL);
    CALL(epoll_ctl, fd, 77, ends[0], &event);
    CALL(epoll_ctl, fd, EPOLL_CTL_ADD, ends[0], NOWHERE);
    CALL(epoll_wait, fd, NULL, 1, 0);
    CALL(epoll_wait, fd, found, -1, 0);
    CALL(epoll_pwait, fd, found, 2, 0, &mask, sizeof mask);
    CALL(epoll_pwait, fd, found, 2, 0, NULL, 8);
    CALL(epoll_pwait, -1, NOWHERE, 2, -1, NOWHERE, 4);
    CALL(epoll_pwait2, fd, found, 2, &zero, &mask, sizeof mask);
    CALL(epoll_pwait2, fd, found, 2, &wrong, NULL, 8);
    CALL(epoll_pwait2, -1, found, 2, NULL, NULL, 0);
    return 0;
}
