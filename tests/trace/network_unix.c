/* SPDX-License-Identifier: MIT
 * Sockets with paths, with abstract names, and with none. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "trace_program.h"

enum { FAMILY = offsetof(struct sockaddr_un, sun_path) };

static void by_path(void)
{
    struct sockaddr_un name = {AF_UNIX, "socket"}, peer;
    socklen_t size = sizeof peer;
    const int listening = (int)CALL(socket, AF_UNIX, SOCK_STREAM, 0), client = (int)CALL(socket, AF_UNIX, SOCK_STREAM, 0);

    CALL(connect, client, &name, sizeof name);
    CALL(bind, listening, &name, sizeof name);
    CALL(bind, client, &name, FAMILY + 7);
    CALL(listen, listening, 128);
    CALL(connect, client, &name, FAMILY + 6);
    CALL(accept, listening, &peer, &size);
    size = sizeof peer;
    CALL(getsockname, listening, &peer, &size);
    size = 5;
    CALL(getsockname, listening, &peer, &size);
    size = 2;
    CALL(getpeername, client, &peer, &size);
    CALL(unlink, "socket");
}

static void abstract(void)
{
    struct sockaddr_un name = {AF_UNIX, "\0leakwatch \1 test"}, found;
    socklen_t size = sizeof found;
    char large[1000] = "";
    const int fd = (int)CALL(socket, AF_UNIX, SOCK_DGRAM, 0);

    CALL(connect, fd, &name, FAMILY + 17);
    CALL(connect, fd, &name, FAMILY + 1);
    CALL(connect, fd, &name, FAMILY);
    CALL(connect, fd, &name, sizeof name);
    CALL(bind, fd, &name, FAMILY);
    CALL(getsockname, fd, &found, &size);
    CALL(bind, -1, &(struct sockaddr_un){AF_UNIX, "a\0b"}, FAMILY + 3);
    memset(name.sun_path, 'x', sizeof name.sun_path);
    CALL(bind, -1, &name, sizeof name);
    CALL(bind, -1, &name, FAMILY + 20);
    name.sun_path[0] = 0;
    CALL(bind, -1, &name, sizeof name);
    CALL(bind, -1, memcpy(large, &name, sizeof name), sizeof large);
}

static void pairs(void)
{
    struct sockaddr_un name;
    socklen_t size = sizeof name;
    char bytes[10];
    int ends[2];

    CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, ends);
    CALL(sendto, ends[0], "text", 4, 0, NULL, 0);
    CALL(recvfrom, ends[1], bytes, 2, 0, &name, &size);
    CALL(getpeername, ends[0], &name, &size);
    CALL(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
    CALL(recvfrom, ends[1], bytes, 2, MSG_OOB, &name, &size);
    CALL(sendto, ends[0], "text", 4, MSG_EOR | MSG_MORE, NULL, 0);
    CALL(recvfrom, ends[1], bytes, sizeof bytes, 0, NULL, &size);
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 5, ends);
    CALL(socketpair, AF_UNIX, SOCK_RDM, 0, NULL);
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, NOWHERE);
}

int main(void)
{
    by_path();
    abstract();
    pairs();
    return 0;
}
