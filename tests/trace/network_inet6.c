/* SPDX-License-Identifier: MIT
 * Addresses of IPv6, and options of its sockets. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "trace_program.h"

static void names(int fd)
{
    static const char *const addresses[] = {"::", "::1", "fe80::1:2:3:4", "::ffff:1.2.3.4", "2001:db8::", "1:2:3:4:5:6:7:8"};
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(1)};

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        inet_pton(AF_INET6, addresses[i], &name.sin6_addr);
        CALL(bind, -1, &name, sizeof name);
    }
    name.sin6_flowinfo = htonl(0x12345);
    name.sin6_scope_id = 1;
    CALL(connect, -1, &name, sizeof name);
    inet_pton(AF_INET6, "fe80::1", &name.sin6_addr);
    CALL(connect, -1, &name, sizeof name);
    name.sin6_scope_id = 0x12345678;
    CALL(connect, -1, &name, sizeof name);
    CALL(connect, -1, &name, 24);
    CALL(connect, -1, &name, 27);
    CALL(connect, -1, &name, 100);
    CALL(getsockname, fd, &name, &(socklen_t){sizeof name});
    CALL(getsockname, fd, &name, &(socklen_t){26});
}

static void options(int fd)
{
    static const int numbers[] = {IPV6_V6ONLY,
                                  IPV6_UNICAST_HOPS,
                                  IPV6_MULTICAST_HOPS,
                                  IPV6_MULTICAST_LOOP,
                                  IPV6_RECVPKTINFO,
                                  IPV6_RECVERR,
                                  IPV6_TCLASS,
                                  IPV6_MTU_DISCOVER,
                                  IPV6_RECVHOPLIMIT,
                                  IPV6_DONTFRAG,
                                  IPV6_MTU,
                                  IPV6_AUTOFLOWLABEL,
                                  IPV6_RECVRTHDR,
                                  IPV6_FREEBIND,
                                  IPV6_TRANSPARENT,
                                  IPV6_ADDR_PREFERENCES,
                                  IPV6_MULTICAST_IF,
                                  IPV6_UNICAST_IF,
                                  IPV6_MINHOPCOUNT,
                                  IPV6_RECVORIGDSTADDR,
                                  IPV6_ROUTER_ALERT,
                                  IPV6_MULTICAST_ALL,
                                  15,
                                  300};
    struct ipv6_mreq request = {.ipv6mr_interface = 1};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int value = 1;
        socklen_t size = sizeof value;
        CALL(getsockopt, fd, SOL_IPV6, numbers[i], &value, &size);
        CALL(setsockopt, fd, SOL_IPV6, numbers[i], &value, 1);
    }
    inet_pton(AF_INET6, "ff02::1:2", &request.ipv6mr_multiaddr);
    CALL(setsockopt, fd, SOL_IPV6, IPV6_ADD_MEMBERSHIP, &request, sizeof request);
    CALL(setsockopt, fd, SOL_IPV6, IPV6_DROP_MEMBERSHIP, &request, sizeof request);
    CALL(setsockopt, fd, SOL_IPV6, IPV6_JOIN_ANYCAST, &request, sizeof request - 1);
    CALL(setsockopt, fd, SOL_IPV6, IPV6_LEAVE_ANYCAST, NULL, sizeof request);
    CALL(getsockopt, fd, SOL_IPV6, IPV6_V6ONLY, NULL, NULL);
}

int main(void)
{
    const int fd = (int)CALL(socket, AF_INET6, SOCK_DGRAM, IPPROTO_IP);

    names(fd);
    options(fd);
    CALL(socket, AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    CALL(socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    CALL(socket, AF_INET6, SOCK_SEQPACKET, IPPROTO_SCTP);
    return 0;
}
