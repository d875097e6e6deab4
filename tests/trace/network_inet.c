/* SPDX-License-Identifier: MIT
 * Sockets of the internet on the loopback interface: names, connections, ends. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "trace_program.h"

static struct sockaddr_in loopback(in_port_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A listener on a port that the kernel chooses, which goes into `name`. */
static int listener(struct sockaddr_in *name)
{
    const int fd = (int)CALL(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);
    socklen_t size = sizeof *name;

    *name = loopback(0);
    CALL(bind, fd, name, size);
    CALL(listen, fd, 5);
    CALL(getsockname, fd, name, &size);
    return fd;
}

static void stream(void)
{
    struct sockaddr_in name, peer;
    socklen_t size = sizeof peer;
    char byte;
    const int listening = listener(&name), client = (int)CALL(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CALL(connect, client, &name, sizeof name);
    const int server = (int)CALL(accept, listening, &peer, &size);
    size = 1000;
    CALL(getpeername, client, &peer, &size);
    size = 2;
    CALL(getpeername, client, &peer, &size);
    size = 0;
    CALL(getpeername, client, &peer, &size);
    size = sizeof peer;
    CALL(getpeername, listening, &peer, &size);
    CALL(getsockname, client, NULL, &size);
    CALL(getsockname, client, &peer, NULL);
    CALL(getsockname, client, NOWHERE, &size);
    CALL(getsockname, client, &peer, NOWHERE);
    CALL(sendto, client, "hello", 5, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
    CALL(recvfrom, server, &byte, 1, MSG_PEEK, NULL, NULL);
    CALL(recvfrom, server, &byte, 1, MSG_WAITALL, &peer, &size);
    CALL(shutdown, client, SHUT_WR);
    CALL(shutdown, client, SHUT_RD);
    CALL(shutdown, client, SHUT_RDWR);
    CALL(shutdown, client, 7);
    CALL(accept4, listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC | 1);
    CALL(fcntl, listening, F_SETFL, O_NONBLOCK);
    CALL(accept, listening, NULL, NULL);
    CALL(accept4, listening, &peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static void datagrams(void)
{
    struct sockaddr_in name = loopback(0), peer = {0};
    socklen_t size = sizeof name;
    char bytes[50];
    const int fd = (int)CALL(socket, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);

    CALL(bind, fd, &name, size);
    CALL(getsockname, fd, &name, &size);
    CALL(sendto, fd, "data", 4, MSG_CONFIRM, &name, size);
    CALL(recvfrom, fd, bytes, sizeof bytes, 0, &peer, &size);
    CALL(sendto, fd, NULL, 0, 0, &name, size);
    size = 2;
    CALL(recvfrom, fd, bytes, sizeof bytes, MSG_TRUNC, &peer, &size);
    CALL(recvfrom, fd, bytes, sizeof bytes, MSG_DONTWAIT, &peer, &size);
    CALL(recvfrom, fd, bytes, sizeof bytes, MSG_ERRQUEUE, &peer, &size);
    name.sin_port = htons(9);
    CALL(sendto, fd, "data", 4, 0, &name, 3);
    CALL(sendto, fd, "data", 4, 0, NOWHERE, 16);
    CALL(sendto, fd, NOWHERE, 4, 0, &name, 16);
    CALL(sendto, fd, "data", 4, 0xffffffff, &name, 16);
}

static void unusual(void)
{
    struct sockaddr_in name = loopback(9);

    CALL(socket, AF_INET, SOCK_RAW, IPPROTO_RAW);
    CALL(socket, AF_INET, SOCK_RAW, IPPROTO_ICMP);
    CALL(socket, AF_INET, 99, 999);
    CALL(socket, AF_INET, SOCK_STREAM | 0x1000000, IPPROTO_SCTP);
    CALL(socket, AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
    CALL(socket, 99, 99, 99);
    CALL(socket, AF_UNSPEC, 0, 0);
    CALL(socket, AF_BLUETOOTH, SOCK_RAW, 1);
    CALL(socket, AF_CAN, SOCK_RAW, 77);
    CALL(socket, AF_APPLETALK, SOCK_DGRAM, 5);
    CALL(socketpair, AF_INET, SOCK_STREAM, 0, NULL);
    CALL(bind, -1, &name, sizeof name);
    CALL(bind, -1, &name, 2);
    CALL(bind, -1, &name, 1);
    CALL(bind, -1, &name, 0);
    CALL(bind, -1, NULL, 16);
    CALL(bind, -1, &name, -1);
    CALL(connect, -1, &name, sizeof name);
    name.sin_family = AF_UNSPEC;
    CALL(connect, -1, &name, sizeof name);
    name.sin_family = 99;
    CALL(connect, -1, &name, sizeof name);
    CALL(listen, -1, -1);
    CALL(accept, -1, &name, NULL);
}

int main(void)
{
    stream();
    datagrams();
    unusual();
    return 0;
}
