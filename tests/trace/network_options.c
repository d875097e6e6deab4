/* SPDX-License-Identifier: MIT
 * Options of sockets, read and written. */
#include <linux/filter.h>
#include <stdbool.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "trace_program.h"

/* Options whose contents are not the same from run to run. */
static bool varies(int level, int option)
{
    return (level == SOL_SOCKET && (option == 57 || option == 71 || option == 49)) ||
           (level == SOL_TCP && (option == TCP_INFO || option == TCP_TIMESTAMP || option == TCP_CC_INFO));
}

static void read_all(int fd, int level, int last)
{
    char bytes[256];

    for (int option = 0; option <= last; option++) {
        if (varies(level, option))
            continue;
        memset(bytes, 0, sizeof bytes);
        CALL(getsockopt, fd, level, option, bytes, &(socklen_t){sizeof(int)});
        if (level != SOL_SOCKET || option != SO_PEERCRED) /* half of a process id */
            CALL(getsockopt, fd, level, option, bytes, &(socklen_t){2});
        CALL(getsockopt, fd, level, option, bytes, &(socklen_t){sizeof bytes});
    }
}

/* Of a descriptor that is none: nothing happens. */
static void write_all(int level, int last)
{
    static const int numbers[10] = {1, 2, 3, 4};

    for (int option = 0; option <= last; option++) {
        CALL(setsockopt, -1, level, option, numbers, sizeof(int));
        CALL(setsockopt, -1, level, option, numbers, 1);
        CALL(setsockopt, -1, level, option, numbers, 16);
        CALL(setsockopt, -1, level, option, NOWHERE, 4);
    }
}

static void structures(int fd)
{
    const struct linger linger = {1, 5};
    const struct timeval time = {3, 4};
    struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, 1),
                                 BPF_STMT(BPF_RET | BPF_K, 100), BPF_STMT(BPF_RET | BPF_A, 0)};
    const struct sock_fprog program = {4, code};
    const struct ip_mreq group = {{htonl(0xe0000107)}, {htonl(INADDR_LOOPBACK)}};
    struct linger found;

    CALL(setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    CALL(setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger - 1);
    CALL(getsockopt, fd, SOL_SOCKET, SO_LINGER, &found, &(socklen_t){sizeof found});
    CALL(getsockopt, fd, SOL_SOCKET, SO_LINGER, &found, &(socklen_t){5});
    CALL(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    CALL(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time + 1);
    CALL(setsockopt, fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
    CALL(setsockopt, fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
    CALL(setsockopt, fd, SOL_SOCKET, SO_DETACH_FILTER, NULL, 0);
    CALL(setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
    CALL(setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0);
    CALL(setsockopt, fd, SOL_TCP, TCP_CONGESTION, "reno", 4);
    CALL(setsockopt, fd, SOL_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
    CALL(setsockopt, fd, SOL_IP, IP_DROP_MEMBERSHIP, &group, sizeof group);
    CALL(setsockopt, fd, SOL_IP, IP_MULTICAST_IF, &group, sizeof group.imr_multiaddr);
    CALL(setsockopt, fd, SOL_IP, IP_OPTIONS, "\1\1\1\1", 4);
    CALL(setsockopt, fd, 999, 1, &linger, 4);
    CALL(getsockopt, fd, 999, 1, &found, NULL);
    CALL(getsockopt, fd, SOL_SOCKET, SO_TYPE, &found, NOWHERE);
    CALL(getsockopt, fd, SOL_SOCKET, SO_TYPE, NOWHERE, &(socklen_t){4});
    CALL(getsockopt, fd, SOL_SOCKET, SO_TYPE, NULL, &(socklen_t){-1});
    CALL(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &linger, -1);
    CALL(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, NULL, 4);
}

int main(void)
{
    const int stream = (int)CALL(socket, AF_INET, SOCK_STREAM, 0), datagrams = (int)CALL(socket, AF_INET, SOCK_DGRAM, 0);
    int ends[2];

    read_all(stream, SOL_SOCKET, 76);
    read_all(stream, SOL_TCP, 38);
    read_all(datagrams, SOL_IP, 50);
    read_all(datagrams, IPPROTO_UDP, 105);
    read_all(datagrams, 999, 1);
    write_all(SOL_SOCKET, 76);
    write_all(SOL_TCP, 38);
    write_all(SOL_IP, 50);
    write_all(SOL_IPV6, 80);
    write_all(SOL_PACKET, 24);
    write_all(SOL_NETLINK, 13);
    write_all(SOL_RAW, 2);
    write_all(132, 4);
    write_all(274, 2);
    structures(stream);
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, ends);
    read_all(ends[0], SOL_SOCKET, 76);
    return 0;
}
