/* SPDX-License-Identifier: MIT
 * Several messages at once: sendmmsg, recvmmsg. */
#include <sys/socket.h>
#include <time.h>

#include "trace_program.h"

enum { MESSAGES = 3 };

static void fill(struct mmsghdr *messages, struct iovec *parts)
{
    memset(messages, 0, MESSAGES * sizeof *messages);
    for (int i = 0; i < MESSAGES; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
}

int main(void)
{
    char text[MESSAGES][4];
    struct iovec sent[MESSAGES] = {{(char *)"one", 3}, {(char *)"three", 5}, {(char *)"", 0}}, received[MESSAGES];
    struct mmsghdr messages[MESSAGES];
    struct timespec time = {5, 6};
    int ends[2];

    for (int i = 0; i < MESSAGES; i++)
        received[i] = (struct iovec){text[i], sizeof text[i]};
    CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, ends);
    fill(messages, sent);
    CALL(sendmmsg, ends[0], messages, MESSAGES, MSG_NOSIGNAL);
    fill(messages, received);
    CALL(recvmmsg, ends[1], messages, 2, MSG_WAITFORONE, NULL);
    fill(messages, received);
    CALL(recvmmsg, ends[1], messages, MESSAGES, MSG_WAITFORONE, NULL);
    CALL(recvmmsg, ends[1], messages, MESSAGES, MSG_DONTWAIT, &time);
    time.tv_nsec = -1;
    CALL(recvmmsg, ends[1], messages, MESSAGES, MSG_DONTWAIT, &time);
    CALL(recvmmsg, ends[1], messages, MESSAGES, MSG_DONTWAIT, NOWHERE);
    fill(messages, sent);
    CALL(sendmmsg, ends[0], at_the_edge(messages, 2 * sizeof *messages), MESSAGES, 0);
    CALL(sendmmsg, ends[0], NOWHERE, MESSAGES, 0);
    CALL(sendmmsg, ends[0], NULL, MESSAGES, 0);
    CALL(sendmmsg, ends[0], messages, 0, 0);
    CALL(sendmmsg, -1, messages, MESSAGES, MSG_OOB);
    CALL(recvmmsg, -1, messages, MESSAGES, MSG_OOB, NULL);
    CALL(recvmmsg, -1, NOWHERE, MESSAGES, 0, NULL);
    return 0;
}
