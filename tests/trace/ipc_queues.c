/* SPDX-License-Identifier: MIT
 * Message queues of POSIX. Where there are none, all calls fail. */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "trace_program.h"

static void use(int fd)
{
    struct mq_attr attributes = {0};
    struct timespec past = {1, 2}, wrong = {5, -1};
    unsigned priority;
    char bytes[64];

    CALL(mq_timedsend, fd, "hello", 5, 3, NULL);
    CALL(mq_timedsend, fd, "more", 4, 40000, &past);
    CALL(mq_timedreceive, fd, bytes, sizeof bytes, &priority, NULL);
    CALL(mq_timedreceive, fd, bytes, sizeof bytes, &priority, &past);
    CALL(mq_timedreceive, fd, bytes, sizeof bytes, &priority, &wrong);
    CALL(mq_timedreceive, fd, bytes, 1, NULL, NULL);
    CALL(mq_getsetattr, fd, NULL, &attributes);
    attributes.mq_flags = O_NONBLOCK;
    CALL(mq_getsetattr, fd, &attributes, &attributes);
    attributes.mq_flags = 7;
    CALL(mq_getsetattr, fd, &attributes, NULL);
    CALL(mq_timedreceive, fd, bytes, sizeof bytes, NULL, NULL);
}

static void notify(int fd)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};

    CALL(mq_notify, fd, &event);
    event.sigev_notify = SIGEV_NONE;
    CALL(mq_notify, fd, &event);
    event.sigev_notify = 77;
    CALL(mq_notify, fd, &event);
    CALL(mq_notify, fd, NULL);
    CALL(mq_notify, fd, NOWHERE);
}

int main(void)
{
    struct mq_attr attributes = {.mq_flags = O_NONBLOCK, .mq_maxmsg = 3, .mq_msgsize = 64};
    const char *name = "leakwatch test of queues";
    const int fd = (int)CALL(mq_open, name, O_RDWR | O_CREAT, 0600, &attributes);

    use(fd);
    notify(fd);
    CALL(mq_unlink, name);
    CALL(mq_unlink, "no such queue of leakwatch");
    CALL(mq_open, "no such queue of leakwatch", O_RDONLY | O_NONBLOCK);
    CALL(mq_open, "/", O_RDWR | O_CREAT, 0600, NULL);
    CALL(mq_open, "/", O_RDWR | O_CREAT | O_EXCL, 0777, NOWHERE);
    CALL(mq_open, NULL, O_WRONLY);
    return 0;
}
