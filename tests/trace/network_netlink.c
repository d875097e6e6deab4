/* SPDX-License-Identifier: MIT
 * Messages to the kernel's routing tables: questions only. */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "trace_program.h"

int main(void)
{
    struct {
        struct nlmsghdr header;
        struct rtgenmsg body;
    } request = {
        {.nlmsg_len = NLMSG_LENGTH(sizeof request.body), .nlmsg_type = RTM_GETADDR, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 7},
        {AF_UNSPEC}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct iovec part = {&request, request.header.nlmsg_len};
    struct msghdr message = {.msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = &part, .msg_iovlen = 1};
    const int fd = (int)CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    char answer[8192];

    CALL(sendto, fd, &request, request.header.nlmsg_len, 0, &kernel, sizeof kernel);
    CALL(recvfrom, fd, answer, sizeof answer, MSG_DONTWAIT, NULL, NULL);
    request.header.nlmsg_type = 0x7fff;
    CALL(sendmsg, fd, &message, 0);
    CALL(recvfrom, fd, answer, sizeof answer, MSG_DONTWAIT, NULL, NULL);
    CALL(sendto, -1, &request, request.header.nlmsg_len, 0, NULL, 0);
    return 0;
}
