/* SPDX-License-Identifier: MIT
 * Addresses of other families: of netlink, packets and some that are there by name only. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "trace_program.h"

static void netlink(void)
{
    struct sockaddr_nl name = {.nl_family = AF_NETLINK};
    socklen_t size = sizeof name;
    const int fd = (int)CALL(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    CALL(bind, fd, &name, sizeof name);
    CALL(getsockname, fd, &name, &size);
    size = 4;
    CALL(getsockname, fd, &name, &size);
    name = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_groups = 1};
    CALL(connect, fd, &name, sizeof name);
    CALL(bind, -1, &name, 7);
    CALL(setsockopt, fd, SOL_NETLINK, NETLINK_PKTINFO, &(int){1}, 4);
    CALL(getsockopt, fd, SOL_NETLINK, NETLINK_PKTINFO, &(int){1}, &(socklen_t){4});
    CALL(getsockopt, fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, &(int){1}, &(socklen_t){4});
    CALL(socket, AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
    CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    CALL(socket, AF_NETLINK, SOCK_RAW, 99);
}

static void packets(void)
{
    struct sockaddr_ll name = {.sll_family = AF_PACKET,
                               .sll_protocol = htons(ETH_P_IP),
                               .sll_ifindex = 1,
                               .sll_hatype = 1,
                               .sll_pkttype = 2,
                               .sll_halen = 6,
                               .sll_addr = {1, 2, 3, 4, 5, 0xff}};

    CALL(bind, -1, &name, sizeof name);
    CALL(bind, -1, &name, sizeof name - 3);
    name.sll_addr[0] = name.sll_addr[5] = 0;
    CALL(bind, -1, &name, sizeof name);
    name.sll_halen = 20;
    CALL(bind, -1, &name, sizeof name);
    name.sll_halen = 0;
    name.sll_protocol = htons(5555);
    name.sll_ifindex = 0x7ffffff;
    name.sll_hatype = 9999;
    name.sll_pkttype = 99;
    CALL(bind, -1, &name, sizeof name);
    CALL(bind, -1, &name, 12);
    CALL(bind, -1, &name, 11);
    CALL(socket, AF_PACKET, 99, htons(ETH_P_ALL));
    CALL(socket, AF_PACKET, 99, ETH_P_ALL);
}

/* Families of which this machine need not know anything: the descriptor is none. */
static void by_name(void)
{
    struct sockaddr_vm machine = {.svm_family = AF_VSOCK, .svm_port = 5, .svm_cid = VMADDR_CID_HOST};
    unsigned char bytes[64] = {0};

    CALL(bind, -1, &machine, sizeof machine);
    machine.svm_cid = VMADDR_CID_ANY;
    CALL(bind, -1, &machine, sizeof machine);
    for (size_t i = 8; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7);
    for (unsigned char family = 0; family < 46; family++) {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK || family == AF_PACKET ||
            family == AF_VSOCK)
            continue;
        bytes[0] = family;
        CALL(bind, -1, bytes, 16);
        CALL(bind, -1, bytes, 40);
        CALL(socket, family, 99, 1);
    }
}

int main(void)
{
    netlink();
    packets();
    by_name();
    return 0;
}
