/* SPDX-License-Identifier: MIT
 * Messages with several parts and with control messages. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "trace_program.h"

/* A control message of these bytes, in `buffer`. Returns its size. */
static size_t control(void *buffer, int level, int type, const void *data, size_t size)
{
    struct cmsghdr *header = buffer;

    header->cmsg_len = CMSG_LEN(size);
    header->cmsg_level = level;
    header->cmsg_type = type;
    memcpy(CMSG_DATA(header), data, size);
    return CMSG_SPACE(size);
}

static void rights(const int ends[2])
{
    union {
        char bytes[400];
        struct cmsghdr align;
    } buffer = {0};
    char text[2][8];
    struct iovec sent[2] = {{(char *)"one", 3}, {(char *)"two", 4}}, received[2] = {{text[0], 2}, {text[1], 8}};
    struct msghdr message = {.msg_iov = sent, .msg_iovlen = 2, .msg_control = buffer.bytes};
    const struct ucred me = {getpid(), getuid(), getgid()};

    message.msg_controllen = control(buffer.bytes, SOL_SOCKET, SCM_RIGHTS, ends, 2 * sizeof *ends);
    message.msg_controllen += control(buffer.bytes + message.msg_controllen, SOL_SOCKET, SCM_CREDENTIALS, &me, sizeof me);
    CALL(sendmsg, ends[0], &message, MSG_NOSIGNAL);
    message = (struct msghdr){.msg_iov = received, .msg_iovlen = 2, .msg_control = buffer.bytes, .msg_controllen = sizeof buffer};
    CALL(recvmsg, ends[1], &message, MSG_CMSG_CLOEXEC);
    message.msg_controllen = sizeof buffer;
    CALL(recvmsg, ends[1], &message, MSG_DONTWAIT);
}

static void short_of_room(const int ends[2])
{
    char bytes[64] = {0}, text[4];
    struct iovec part = {(char *)"long text", 9};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = bytes};

    message.msg_controllen = control(bytes, SOL_SOCKET, SCM_RIGHTS, ends, sizeof *ends);
    CALL(sendmsg, ends[0], &message, 0);
    part = (struct iovec){text, sizeof text};
    message.msg_controllen = 20;
    CALL(recvmsg, ends[1], &message, 0);
    message.msg_iovlen = 0;
    CALL(recvmsg, ends[1], &message, MSG_DONTWAIT | MSG_TRUNC);
}

static void odd(const int ends[2])
{
    static const int numbers[20] = {1, 2, 3};
    char bytes[200] = {0};
    struct iovec part = {(char *)"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = bytes};

    for (int type = 0; type < 5; type++) {
        message.msg_controllen = control(bytes, SOL_SOCKET, type, numbers, 5);
        CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    }
    message.msg_controllen = control(bytes, SOL_IP, 1, numbers, 20);
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    message.msg_controllen = control(bytes, IPPROTO_TCP, 1, numbers, 20);
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    message.msg_controllen = 7;
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    ((struct cmsghdr *)bytes)->cmsg_len = 3;
    message.msg_controllen = 40;
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    message.msg_control = NOWHERE;
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    message = (struct msghdr){.msg_name = bytes, .msg_namelen = 16, .msg_iov = NOWHERE, .msg_iovlen = 2};
    CALL(sendmsg, ends[0], &message, MSG_DONTWAIT);
    CALL(sendmsg, ends[0], NULL, 0);
    CALL(recvmsg, ends[0], NOWHERE, 0);
    CALL(sendmsg, -1, NOWHERE, 0x10);
}

static void of_inet(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    const int fd = (int)CALL(socket, AF_INET, SOCK_DGRAM, 0), on = 1;
    char bytes[200], text[10];
    struct iovec part = {(char *)"data", 4};
    struct msghdr message = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &part, .msg_iovlen = 1};

    CALL(bind, fd, &name, sizeof name);
    CALL(getsockname, fd, &name, &(socklen_t){sizeof name});
    CALL(setsockopt, fd, SOL_IP, IP_PKTINFO, &on, sizeof on);
    CALL(setsockopt, fd, SOL_IP, IP_RECVTTL, &on, sizeof on);
    CALL(setsockopt, fd, SOL_IP, IP_RECVTOS, &on, sizeof on);
    CALL(setsockopt, fd, SOL_IP, IP_RECVORIGDSTADDR, &on, sizeof on);
    CALL(sendmsg, fd, &message, MSG_DONTROUTE);
    part = (struct iovec){text, sizeof text};
    message.msg_name = &from;
    message.msg_control = bytes;
    message.msg_controllen = sizeof bytes;
    CALL(recvmsg, fd, &message, 0);
    CALL(recvmsg, fd, &message, MSG_ERRQUEUE);
}

int main(void)
{
    int ends[2];

    CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, ends);
    rights(ends);
    short_of_room(ends);
    odd(ends);
    of_inet();
    return 0;
}
